using System.Collections.Generic;

namespace EsxAgent.HostAgent.Operations;

/// <summary>Every method that the agent serves. What is not in it does not exist.</summary>
internal sealed class MethodTable
{
    private readonly Dictionary<string, Method> _methods = [];

    /// <summary>The rows.</summary>
    public IReadOnlyCollection<Method> All => _methods.Values;

    /// <summary>Adds a row.</summary>
    public void Add(Method method) => _methods.Add(method.Name, method);

    /// <summary>Finds a method; null where there is none of that name.</summary>
    public Method? Find(string name) => _methods.GetValueOrDefault(name);
}

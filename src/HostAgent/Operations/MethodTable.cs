using System;
using System.Collections.Generic;

namespace EsxAgent.HostAgent.Operations;

/// <summary>Every method that the agent serves. What is not in it does not exist.</summary>
internal sealed class MethodTable
{
    private readonly List<Method> _methods = [];

    /// <summary>The rows.</summary>
    public IReadOnlyList<Method> All => _methods;

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void Add(Method method)
    {
        if (_methods.Exists(other => other.Name == method.Name))
        {
            throw new ArgumentException($"The method '{method.Name}' is in the table already.");
        }

        _methods.Add(method);
    }

    /// <summary>Adds rows.</summary>
    public void AddAll(IReadOnlyList<Method> methods)
    {
        foreach (Method method in methods)
        {
            Add(method);
        }
    }

    /// <summary>Finds a method; null where there is none of that name.</summary>
    /// <param name="name">As it came, without escape sequences.</param>
    public Method? Find(ReadOnlySpan<byte> name)
    {
        // There are so few that looking at each length is faster than to compute a hash, and the name need not become a string.
        for (int i = 0; i < _methods.Count; i++)
        {
            if (name.SequenceEqual(_methods[i].WireName))
            {
                return _methods[i];
            }
        }

        return null;
    }
}

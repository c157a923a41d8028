using System;
using System.Buffers.Text;
using System.Text.Json;

namespace EsxAgent.Client.Connections;

/// <summary>The parameters of <c>$/progress</c>: <c>{token, value}</c>. A token is the decimal id of the request that asked for it, as a string.</summary>
internal static class ProgressNotification
{
    /// <summary>Reads the parameters.</summary>
    /// <param name="parameters">Their JSON text: valid JSON, of any shape.</param>
    /// <param name="token">The request's id.</param>
    /// <param name="value">The value's JSON text, a slice of <paramref name="parameters"/>.</param>
    /// <returns>False where it is no progress of ours.</returns>
    public static bool TryRead(ReadOnlySpan<byte> parameters, out long token, out ReadOnlySpan<byte> value)
    {
        token = 0;
        value = default;
        var reader = new Utf8JsonReader(parameters);
        if (parameters.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isToken = reader.ValueTextEquals("token"u8);
            bool isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            if (isToken && reader.TokenType == JsonTokenType.String)
            {
                bool isNumber = Utf8Parser.TryParse(reader.ValueSpan, out token, out int used) && used == reader.ValueSpan.Length;
                token = isNumber ? token : 0;
            }

            reader.Skip();
            if (isValue)
            {
                value = parameters[start..(int)reader.BytesConsumed];
            }
        }

        return token > 0 && !value.IsEmpty;
    }
}

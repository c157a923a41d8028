using System;
using System.Security.Cryptography;
using System.Text;
using EsxAgent.HostAgent.Diagnostics;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class Sha256Tests
{
    /// <summary>Test vectors of FIPS 180-4.</summary>
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_published_vectors_are_met(string text, string digest)
    {
        Assert.Equal(digest, Sha256.Hex(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void Every_length_around_a_block_agrees_with_the_framework()
    {
        for (int length = 0; length <= 200; length++)
        {
            byte[] data = new byte[length];
            new Random(length).NextBytes(data);

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), Sha256.Hex(data));
        }
    }
}

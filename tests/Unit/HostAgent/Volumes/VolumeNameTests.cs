using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Volumes;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class VolumeNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("Db_1.data-2")]
    [InlineData("db-12345")]
    [InlineData("db-1234567")]
    [InlineData("x-flatter")]
    [InlineData("esxagent")]
    public void Names_by_the_rule_pass(string name) => Assert.Equal(name, VolumeName.Check(name));

    [Fact]
    public void Eighty_characters_pass_and_one_more_does_not()
    {
        Assert.Null(VolumeName.Problem(new string('a', 80)));
        Assert.Contains("1 to 80", VolumeName.Problem(new string('a', 81)), System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("", "1 to 80")]
    [InlineData(".", "begin with")]
    [InlineData("..", "begin with")]
    [InlineData("../x", "1 to 80")]
    [InlineData("a/b", "1 to 80")]
    [InlineData("a\0b", "1 to 80")]
    [InlineData("a b", "1 to 80")]
    [InlineData("-a", "begin with")]
    [InlineData("_a", "begin with")]
    [InlineData(".staging", "begin with")]
    [InlineData("é", "1 to 80")]
    [InlineData("a@b", "1 to 80")]
    [InlineData("db-000001", "six digits")]
    [InlineData("db-999999", "six digits")]
    [InlineData("db-flat", "-flat")]
    [InlineData("db-FLAT", "-flat")]
    [InlineData("db-delta", "-delta")]
    [InlineData("db-ctk", "-ctk")]
    [InlineData("db-digest", "-digest")]
    [InlineData("db-sesparse", "-sesparse")]
    [InlineData("db-rdm", "-rdm")]
    [InlineData("db-rdmp", "-rdmp")]
    [InlineData("db.vmdk", ".vmdk")]
    [InlineData("db.VMDK", ".vmdk")]
    public void Every_other_name_is_refused_with_its_rule(string? name, string rule)
    {
        OperationException refusal = Assert.Throws<OperationException>(() => VolumeName.Check(name));
        Assert.Equal("InvalidParams", refusal.Error.Kind.Name);
        Assert.Equal("name", refusal.Error.Target);
        Assert.Contains(rule, refusal.Error.Message, System.StringComparison.Ordinal);
    }
}

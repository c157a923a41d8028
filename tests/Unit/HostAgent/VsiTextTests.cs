using System;
using System.Linq;
using System.Text;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Tests.Fuzz;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class VsiTextTests
{
    [Theory]
    [InlineData("34\n", "34")]
    [InlineData("Intel(R) Xeon(R) CPU @ 2.40GHz          \n", "Intel(R) Xeon(R) CPU @ 2.40GHz")]
    [InlineData("0x641400", "0x641400")]
    [InlineData("vmm0:NAME\n", "vmm0:NAME")]
    [InlineData("line 1\n  line 2: x\nline 3\n", "line 1\n  line 2: x\nline 3")]
    [InlineData("", "")]
    [InlineData("   \n", "")]
    [InlineData("vmm0:web {\n", "vmm0:web {")]
    [InlineData("[1]: a list that does not begin at 0\n", "[1]: a list that does not begin at 0")]
    public void A_scalar_is_its_text_without_the_blanks_around_it(string text, string value)
    {
        Assert.Equal($"={value}", Show(text));
    }

    [Fact]
    public void A_struct_has_a_title_and_members_in_order()
    {
        Assert.Equal("Comprehensive{Physical memory estimate=134045160 KB;Free=5 KB;}", Show("""
            Comprehensive {
               Physical memory estimate:134045160 KB
               Free:5 KB
            }
            """));
    }

    [Theory]
    [InlineData("   Volume: Unmap IOs           :20", "Volume: Unmap IOs=20")]
    [InlineData("   Product Name:", "Product Name=")]
    [InlineData("   MAC:00:50:56:aa:bb:cc", "MAC=00:50:56:aa:bb:cc")]
    [InlineData("   path:/vmfs/volumes/ds:1/x : y", "path=/vmfs/volumes/ds:1/x : y")]
    [InlineData("   limit: -1", "limit=-1")]
    [InlineData("   Monitor wait supported?:1", "Monitor wait supported?=1")]
    [InlineData("   Family/Model/Stepping:6:85:7", "Family/Model/Stepping=6:85:7")]
    [InlineData("   physical contiguity:Heap_PhysContigType: 1 -> Any Physical Contiguity", "physical contiguity=Heap_PhysContigType: 1 -> Any Physical Contiguity")]
    [InlineData("   key :value", "key=value")]
    [InlineData("   # queues supported:16", "# queues supported=16")]
    [InlineData("   Allocation Unit/Blocksize   :1048576", "Allocation Unit/Blocksize=1048576")]
    [InlineData("   Total (pages):33511290", "Total (pages)=33511290")]
    [InlineData("   Max support RAM (in MB):16777216", "Max support RAM (in MB)=16777216")]
    [InlineData("   Address:0000:18:00.0", "Address=0000:18:00.0")]
    [InlineData("   name:vmm0:NAME", "name=vmm0:NAME")]
    [InlineData("   Used time:12345 usec ", "Used time=12345 usec")]
    [InlineData("   Passthru status:: 0x1 -> WRONG_VNIC", "Passthru status=: 0x1 -> WRONG_VNIC")]
    [InlineData("   display name:web {", "display name=web {")]
    [InlineData("   display name:[1]: web", "display name=[1]: web")]
    [InlineData("   display name:%2f [a] -> \u00e9", "display name=%2f [a] -> \u00e9")]
    public void A_member_is_split_where_its_name_ends(string line, string member)
    {
        Assert.Equal($"T{{{member};}}", Show($"T {{\n{line}\n}}\n"));
    }

    [Fact]
    public void An_array_may_be_glued_to_its_name()
    {
        Assert.Equal("System Information (type1){Product Name=R750;UUID[0=0x42;1=0x34;]Wake-up type=6;}", Show("""
            System Information (type1) {
               Product Name:R750
               UUID:[0]: 0x42
            [1]: 0x34
               Wake-up type:6
            }
            """));
    }

    [Fact]
    public void An_array_may_be_the_whole_answer()
    {
        Assert.Equal("[0=C0 active;1=C1 halt: mwait 0x0;]", Show("[0]: C0 active\n[1]: C1 halt: mwait 0x0\n"));
    }

    [Fact]
    public void Structs_nest_in_structs_and_in_arrays()
    {
        Assert.Equal("Stats{a=A{x=1;}b[0=B{y=2;}1=B{y=3;}]c=4;}".Replace("a=A", "a:A").Replace("0=B", "0:B").Replace("1=B", "1:B"), Show("""
            Stats {
               a:A {
                  x:1
               }
               b:[0]: B {
                  y:2
               }
            [1]: B {
                  y:3
               }
               c:4
            }
            """));
    }

    [Fact]
    public void An_array_may_begin_below_its_name()
    {
        Assert.Equal("T{uplinks[0=vmnic0;1=vmnic1;]MTU=1500;}", Show("T {\n   uplinks:\n   [0]: vmnic0\n   [1]: vmnic1\n   MTU:1500\n}\n"));
    }

    [Theory]
    [InlineData("T {\n   a:[0]: x\n[2]: y\n[3]: z\n   b:1\n}\n", "T{a=[0]: x\n[2]: y\n[3]: z;b=1;}")]
    [InlineData("T {\n   a:[0]: S {\n      x:1\n   }\n[5]: y\n   b:1\n}\n", "T{a=[0]: S {\n      x:1\n   }\n[5]: y;b=1;}")]
    [InlineData("[0]: x\n[1]: y\n[1]: z\nw\n", "=[0]: x\n[1]: y\n[1]: z\nw")]
    [InlineData("T {\n   a:x\n[0]: y\n}\n", "T{a=x\n[0]: y;}")]
    public void A_list_whose_numbers_have_a_gap_stays_text(string text, string shown)
    {
        Assert.Equal(shown, Show(text));
    }

    [Fact]
    public void What_follows_an_element_of_the_whole_answer_belongs_to_it()
    {
        Assert.Equal("[0=a\nb: c\n}\nd;1=e;]", Show("[0]: a\nb: c\n}\nd\n[1]: e\n"));
    }

    [Fact]
    public void A_struct_may_have_no_name_and_no_members()
    {
        Assert.Equal("T{a=1;B{x=2;}c:{}d=3;}", Show("T {\n   a:1\n   B {\n      x:2\n   }\n   c:{\n   }\n   d:3\n}\n"));
    }

    [Fact]
    public void Only_where_indentation_is_kept_a_name_that_ends_in_a_brace_is_told_from_a_struct()
    {
        Assert.Equal("T{name=web {;n=1;}", Show("T {\n   name:web {\n   n:1\n}\n"));
        Assert.Equal("T{name=web {;}", Show("T {\n   name:web {\n}\n"));
        Assert.Equal("T{name:web{n=1;}m=2;}", Show("T {\nname:web {\nn:1\n}\nm:2\n}\n"));
    }

    [Fact]
    public void What_nests_too_deeply_stays_text_and_what_follows_it_is_read()
    {
        string open = string.Concat(Enumerable.Range(1, VsiParser.MaxDepth).Select(_ => "a:A {\n"));
        string close = string.Concat(Enumerable.Range(1, VsiParser.MaxDepth - 1).Select(_ => "}\n"));

        string shown = Show($"T {{\n{open}x:1\nb:B {{\ny:2\n}}\n}}\nz:3\n{close}w:4\n");

        Assert.Contains("a=A {\nx:1\nb:B {\ny:2\n}\n};z=3;", shown, StringComparison.Ordinal);
        Assert.EndsWith("}w=4;}", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_no_member_belongs_to_the_value_before_it()
    {
        Assert.Equal("T{text=one\n   two\n   three;next=1;}", Show("T {\n   text:one\n   two\n   three\n   next:1\n}\n"));
        Assert.Equal("T{text=two;=-- more;next=1;}", Show("T {\n   text:\n   two\n}\n   -- more\n   next:1\n}\n"));
    }

    [Theory]
    [InlineData("T {\n a:1\n")]
    [InlineData("T {\na:1\n}\n")]
    [InlineData("T {\r\n   a:1\r\n}\r\n")]
    [InlineData("\n\nT {\n\n   a:1\n\n}\n\n")]
    public void Lost_indentation_line_ends_and_an_unclosed_brace_do_no_harm(string text)
    {
        Assert.Equal("T{a=1;}", Show(text));
    }

    [Fact]
    public void Members_are_found_by_any_of_their_names_without_regard_to_case()
    {
        VsiText text = VsiText.Parse("T {\n   Product:R750\n   n:0x10\n   empty:\n}\n"u8);

        Assert.Equal("R750", text.TextOf("Product Name", "PRODUCT"));
        Assert.Equal(16, text.NumberOf("n")!.Value.Value);
        Assert.Null(text.TextOf("absent"));
        Assert.Null(text.TextOf("empty"));
    }

    [Fact]
    public void A_member_of_a_nested_struct_is_not_taken_for_one_of_the_outermost()
    {
        VsiText text = VsiText.Parse("T {\n   a:A {\n      Free:1\n   }\n   Free:2\n}\n"u8);

        Assert.Equal("2", text.TextOf("Free"));
    }

    [Fact]
    public void No_input_is_an_error()
    {
        string[] pieces = ["{", "}", " {", ":", " :", "[0]: ", "[1]:", "->", "a", "é", "\n", "   ", "\r\n", "0x1", "\0", "T {\n", "[", "]"];
        Arbitrary<string> texts = Gen.Elements(pieces).ListOf().Select(list => string.Concat(list)).ToArbitrary();

        Prop.ForAll(texts, input =>
        {
            VsiTarget.Read(Encoding.UTF8.GetBytes(input));
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void A_megabyte_of_brackets_is_read_in_linear_time_and_without_deep_recursion()
    {
        byte[] arrays = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("[0]: ", 200_000)));
        byte[] structs = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a:b {\n", 200_000)));

        Assert.True(VsiText.Parse(arrays).Count > 0);
        Assert.Equal(VsiParser.MaxDepth + 1, VsiText.Parse(structs).Count);
    }

    /// <summary>An answer in one line: <c>Title{name=value;name:Title{…}name[0=value;]}</c>.</summary>
    private static string Show(string input)
    {
        var shown = new StringBuilder();
        VsiText text = VsiText.Parse(Encoding.UTF8.GetBytes(input));
        ShowEntry(text, 0, shown);
        return shown.ToString().TrimEnd(';');
    }

    private static void ShowEntry(VsiText text, int index, StringBuilder shown)
    {
        VsiEntry entry = text[index];
        string name = Encoding.UTF8.GetString(text.NameOf(entry));
        string value = Encoding.UTF8.GetString(text.ValueOf(entry));
        if (entry.Kind == VsiEntryKind.Scalar)
        {
            shown.Append(name).Append('=').Append(value).Append(';');
            return;
        }

        bool isStruct = entry.Kind == VsiEntryKind.Struct;
        shown.Append(name).Append(isStruct && name.Length > 0 ? ":" : string.Empty).Append(isStruct ? value + "{" : "[");
        for (int i = index + 1; i < entry.Next; i = text[i].Next)
        {
            ShowEntry(text, i, shown);
        }

        shown.Append(isStruct ? '}' : ']');
    }
}

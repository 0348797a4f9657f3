using HBase.Client.Filters;
using HBase.Client.Protocol;
using Xunit;

namespace HBase.Client.Tests.Protocol;

public sealed class FilterEncoderTests
{
    // "org.apache.hadoop.hbase.filter."
    private const string Package = "6f72672e6170616368652e6861646f6f702e68626173652e66696c7465722e";

    [Fact]
    public void A_prefix_filter_is_the_golden_one() => Assert.Equal(
        "0a2b" + Package + "50726566697846696c746572" + "1204" + "0a026162",
        Hex(Filter.Prefix("ab"u8.ToArray())));

    [Fact]
    public void A_page_in_a_list_is_the_golden_one() => Assert.Equal(
        "0a29" + Package + "46696c7465724c697374" + "1233" + "0801" + "122f"
        + "0a29" + Package + "5061676546696c746572" + "1202" + "0807",
        Hex(Filter.All(Filter.Page(7))));

    [Fact]
    public void A_single_column_value_filter_is_the_golden_one() => Assert.Equal(
        "0a36" + Package + "53696e676c65436f6c756d6e56616c756546696c746572" + "1246"
        + "0a0166" + "120171" + "1805"
        + "2238" + "0a2f" + Package + "42696e617279436f6d70617261746f72" + "1205" + "0a03" + "0a0131"
        + "2801" + "3000",
        Hex(Filter.SingleColumnValue(
            "f"u8.ToArray(), "q"u8.ToArray(), CompareOperator.Greater, "1"u8.ToArray(), filterIfMissing: true, latestOnly: false)));

    private static string Hex(Filter filter) => Convert.ToHexStringLower(FilterEncoder.ToBytes(filter));
}

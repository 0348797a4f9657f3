using System.Text;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using Xunit;

namespace HBase.Client.Tests.Protocol;

public sealed class GoldenFrameTests
{
    private const string RegionName = "t,,1700000000000.0123456789abcdef0123456789abcdef.";

    private static readonly byte[] _row = "r1"u8.ToArray();

    [Fact]
    public void Preamble_without_version_is_the_golden_one() => Assert.Equal(
        "484261730050" + "00000044" + "0a060a04726f6f74" + "120d436c69656e7453657276696365"
        + "1a2b6f72672e6170616368652e6861646f6f702e68626173652e636f6465632e4b657956616c7565436f646563",
        Hex(Preamble.Create("root", "ClientService", withVersion: false)));

    [Fact]
    public void Preamble_with_version_is_the_golden_one() => Assert.Equal(
        "484261730050" + "0000005b" + "0a060a04726f6f74" + "120d436c69656e7453657276696365"
        + "1a2b6f72672e6170616368652e6861646f6f702e68626173652e636f6465632e4b657956616c7565436f646563"
        + "2a150a05322e362e3012001a0022002a00320038024006",
        Hex(Preamble.Create("root", "ClientService")));

    [Fact]
    public void A_cell_is_the_golden_one()
    {
        using var frame = new FrameBuffer();
        frame.BeginCells();
        MutationEncoder.Cells(frame, new Put(_row).Add("s"u8.ToArray(), "v"u8.ToArray(), "hello"u8.ToArray()));
        Assert.Equal("0000001d0000001000000005000272310173767fffffffffffffff0468656c6c6f", Hex(frame.Frame.Span));
    }

    [Fact]
    public void A_get_is_the_golden_one()
    {
        using var frame = new FrameBuffer();
        var parameter = frame.BeginRaw(1);
        MutationEncoder.Region(frame, 1, Encoding.ASCII.GetBytes(RegionName));
        MutationEncoder.Get(frame, 2, new Get(_row));
        frame.End(parameter);
        frame.Finish(1, "Get", TimeSpan.FromSeconds(5));
        Assert.Equal(
            "0000004c0c08011a0347657420013888273e0a3608011232742c2c313730303030303030303030302e30313233343536373839616263646566"
            + "30313233343536373839616263646566" + "2e12040a027231",
            Hex(frame.Frame.Span));
    }

    [Fact]
    public void A_put_if_absent_is_the_golden_one()
    {
        using var frame = PutIfAbsent(Encoding.ASCII.GetBytes(RegionName), _row);
        frame.Finish(2, "Mutate", TimeSpan.FromSeconds(5));
        Assert.Equal(
            "000000cc1308021a064d757461746520012a02082138882795010a3608011232742c2c313730303030303030303030302e303132333435"
            + "363738396162636465663031323334353637383961626364656" + "62e12140a027231100220ffffffffffffffff7f300040011a450a"
            + "0272311201731a016520022a370a2f6f72672e6170616368652e6861646f6f702e68626173652e66696c7465722e42696e617279436f"
            + "6d70617261746f7212040a020a000000001d0000001000000005000272310173767fffffffffffffff0468656c6c6f",
            Hex(frame.Frame.Span));
    }

    internal static FrameBuffer PutIfAbsent(byte[] region, byte[] row)
    {
        var put = new Put(row).Add("s"u8.ToArray(), "v"u8.ToArray(), "hello"u8.ToArray());
        var frame = new FrameBuffer();
        var parameter = frame.BeginRaw(1);
        MutationEncoder.Region(frame, 1, region);
        MutationEncoder.WithCellBlock(frame, 2, put);
        MutationEncoder.Condition(frame, 3, new Condition(row, "s"u8.ToArray(), "e"u8.ToArray(), default));
        frame.End(parameter);
        frame.BeginCells();
        MutationEncoder.Cells(frame, put);
        return frame;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}

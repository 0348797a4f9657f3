using System.Globalization;
using Google.Protobuf;
using HBase.Client.Rest;
using HBase.Client.Rest.Messages;
using Xunit;

namespace HBase.Client.Tests.Fuzz;

public sealed class FrameFuzzTests(ITestOutputHelper output)
{
    private static readonly Put _put = new Put(new byte[] { 1 })
        .Add(new byte[] { 2 }, new byte[] { 3 }, new byte[] { 4 }).Add(new byte[] { 5 }, default, default, 6);

    /// <summary>How many and of which seed says the environment: <c>tests/fuzz-frames</c> sets it.</summary>
    [Fact]
    public void Malformed_frames_are_protocol_errors_and_take_bounded_memory()
    {
        var count = Number("FUZZ_COUNT", 20_000);
        var seed = (int)Number("FUZZ_SEED", 1);
        var fuzzer = new FrameFuzzer(seed);
        fuzzer.Run(count);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} frames of seed {seed}: {fuzzer.Decoded} decoded, {fuzzer.Refused} refused, "
            + $"{fuzzer.LargestAllocation} bytes allocated by one at most"));
        Assert.Equal(count, fuzzer.Decoded + fuzzer.Refused);
        // A run that spoils nothing, or everything at the outside, would look at no decoder.
        Assert.InRange(fuzzer.Decoded, count / 50, count * 49 / 50);
    }

    [Fact]
    public void Malformed_answers_of_gateways_are_protocol_errors()
    {
        var good = new CellSet { Rows = { RestCells.RowOf(_put) } }.ToByteArray();
        Assert.Equal(2, Assert.Single(RestCells.Parse(good)).Cells.Count);
        var random = new Random((int)Number("FUZZ_SEED", 1));
        var mutator = new Mutator(random);
        for (var count = Number("FUZZ_COUNT", 20_000) / 10; count > 0; count--)
        {
            try
            {
                RestCells.Parse(mutator.Spoil(good));
            }
            catch (HBaseProtocolException)
            {
                // What it should be.
            }
        }
    }

    [Fact]
    public void Frames_that_are_not_spoiled_are_decoded()
    {
        foreach (var good in GoodFrames.All) new FrameFuzzer(1).Decode(good, GoodFrame.Join(good.Header, good.Message, good.Cells));
    }

    private static long Number(string variable, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

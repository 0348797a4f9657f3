using Grains.Fields;

namespace Grains.Tests.Fields;

public sealed class HistoryTests
{
    [Fact]
    public void Entries_come_back_as_they_were_appended()
    {
        var random = new Random(3);
        var writer = new HistoryWriter();
        for (var round = 0; round < 100; round++)
        {
            var entries = new List<(long Time, long Offset, byte[] Content)>();
            for (var n = random.Next(1, 30); n > 0; n--)
            {
                var content = new byte[random.Next(3) == 0 ? 0 : random.Next(500)];
                random.NextBytes(content);
                var time = random.Next(20) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(1000);
                entries.Add((time, random.NextInt64(), content));
                writer.Append(entries[^1].Time, entries[^1].Offset, content);
            }

            Assert.Equal(entries.Count, writer.Count);
            Assert.Equal(entries.Min(e => e.Time), writer.FirstTime);
            Assert.Equal(entries[0].Offset, writer.FirstOffset);
            var length = writer.Length;
            var block = writer.Take();
            Assert.Equal(length, block.Length);
            Assert.Equal(entries, HistoryReader.Read(block).Select(e => (e.Time, e.Offset, e.Content.ToArray())), SameEntry);
            Assert.Equal(0, writer.Count);
        }
    }

    [Fact]
    public void An_empty_block_has_no_entries()
    {
        var block = new HistoryWriter().Take();
        Assert.True(block.IsEmpty);
        Assert.Empty(HistoryReader.Read(block));
    }

    [Fact]
    public void A_block_that_is_cut_off_or_of_a_later_version_is_invalid()
    {
        var writer = new HistoryWriter();
        writer.Append(5, 6, "seven"u8);
        var block = writer.Take();
        Assert.Throws<InvalidDataException>(() => HistoryReader.Read(block[..^1]).ToList());
        Assert.Throws<InvalidDataException>(() => HistoryReader.Read(new byte[] { 9 }).ToList());
    }

    private static bool SameEntry((long Time, long Offset, byte[] Content) a, (long Time, long Offset, byte[] Content) b) =>
        a.Time == b.Time && a.Offset == b.Offset && a.Content.AsSpan().SequenceEqual(b.Content);
}

using Recommendations.Feedback;
using Recommendations.Items;
using Recommendations.Methods;
using Recommendations.Trending;
using Recommendations.Visitors;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class CodecTests
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(1);

    public static TheoryData<string> Formats => ["visitor", "item", "notice", "sessions", "trending", "click", "shard", "counters"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_was_written_is_read(string format)
    {
        var bytes = Example(format);
        Assert.Equal(bytes, Again(format, bytes));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_cut_and_every_other_version_is_an_InvalidDataException(string format)
    {
        var bytes = Example(format);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => Again(format, bytes[..length]));
        Assert.Throws<InvalidDataException>(() => Again(format, [9, .. bytes[1..]]));
        Assert.Throws<InvalidDataException>(() => Again(format, [.. bytes, 0]));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Broken_bytes_give_a_state_or_an_InvalidDataException(string format)
    {
        var random = new Random(1);
        var bytes = Example(format);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var broken = bytes.ToArray();
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            try
            {
                Again(format, broken);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 3000);
    }

    private static byte[] Example(string format)
    {
        var visitor = new VisitorState("v");
        visitor.Apply("a", Start);
        var notices = visitor.Apply("bä", Start + 1, kind: InteractionKind.Purchase).Notices;
        visitor.Apply("c", Start + 2, "named");
        visitor.Apply("", Start);
        var item = new ItemState("a");
        item.Apply(notices[0]);
        item.Apply(new("a", Key(7), Start - 5, ItemNotice.Forgotten, []));
        item.Apply(new("a", Key(8), Start - 5, 3, ["a", "c"]));
        var shard = new TrendingShard(HalfLife, 10);
        shard.Add("shoes", "a", Start);
        shard.Add("", "b", Start + 5);
        visitor.Impressions.Show("default", [new("a", "trending"), new("b", "new-items"), new("c", "trending")], Start);
        var click = visitor.Impressions.Click(7, "b", Start + 1, HalfLife, Start)!;
        var feedback = new FeedbackShard(10);
        feedback.Apply(click);
        feedback.Apply(new(8, 1, []));
        var counters = new FeedbackCounters();
        counters.Add(new("default", "trending", Start, new(1, 0, 20, 0)));
        counters.Add(new("default", "trending", Start - Day, new(0, 1, 0, 1)));
        return format switch
        {
            "visitor" => Bytes(visitor.Encode),
            "item" => Bytes(item.Encode),
            "notice" => Bytes(notices[0].Encode),
            "sessions" => Bytes(item.Sessions().Encode),
            "trending" => Bytes(shard.Encode),
            "click" => Bytes(click.Encode),
            "shard" => Bytes(feedback.Encode),
            _ => Bytes(counters.Encode),
        };
    }

    private static byte[] Again(string format, byte[] bytes) => format switch
    {
        "visitor" => Bytes(VisitorState.Decode(bytes).Encode),
        "item" => Bytes(ItemState.Decode(bytes).Encode),
        "notice" => Bytes(ItemNotice.Decode("a", bytes, new Catalogue()).Encode),
        "sessions" => Bytes(ItemSessions.Decode(bytes).Encode),
        "trending" => Bytes(TrendingShard.Decode(bytes, HalfLife, 10).Encode),
        "click" => Bytes(FeedbackNotice.Decode(bytes).Encode),
        "shard" => Bytes(FeedbackShard.Decode(bytes, 10).Encode),
        _ => Bytes(FeedbackCounters.Decode(bytes).Encode),
    };
}

using System.Buffers;
using Recommendations.Items;
using Recommendations.Visitors;

namespace Recommendations.Tests;

internal static class Build
{
    public const long Start = 1_700_000_000_000;
    public const long Minute = 60_000;
    public const long Day = 86_400_000;

    public delegate void Encoder(IBufferWriter<byte> output);

    public static byte[] Bytes(Encoder encode)
    {
        var output = new ArrayBufferWriter<byte>();
        encode(output);
        return output.WrittenSpan.ToArray();
    }

    public static SessionKey Key(int number) => SessionKey.Named("v", $"s{number}");

    /// <summary>The notices of a whole session to each of its items.</summary>
    public static IEnumerable<ItemNotice> Session(int number, long time, params string[] items) =>
        items.Select(item => new ItemNotice(item, Key(number), time, items.Length, items));

    public static VisitorOutcome Apply(
        this VisitorState visitor, string item, long time, string? session = null, InteractionKind kind = InteractionKind.View) =>
        visitor.Apply(new(item, kind, time, session), time, new());
}

/// <summary>All items, fed by notices.</summary>
internal sealed class Items
{
    private readonly Dictionary<string, ItemState> _states = [];

    public IReadOnlyDictionary<string, ItemState> States => _states;

    public void Apply(IEnumerable<ItemNotice> notices)
    {
        foreach (var notice in notices)
        {
            if (!_states.TryGetValue(notice.Item, out var state))
                _states.Add(notice.Item, state = new(notice.Item));
            state.Apply(notice);
        }
    }

    public Dictionary<string, ItemSessions> Sessions() => _states.ToDictionary(state => state.Key, state => state.Value.Sessions());
}

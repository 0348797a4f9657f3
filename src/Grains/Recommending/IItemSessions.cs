using System.Buffers;
using Orleans.Concurrency;
using Recommendations.Items;

namespace Grains.Recommending;

/// <summary>An item as visitors' queries see it.</summary>
[Alias("granary.IItemSessions")]
public interface IItemSessions : IGrainWithStringKey
{
    /// <summary>The sessions that the item was in lately, as of now.</summary>
    [Alias("Get")]
    [AlwaysInterleave]
    ValueTask<SessionsOfItem> GetAsync();
}

/// <summary>Within a silo the sessions are handed over as they are; to another one by their own codec.</summary>
[GenerateSerializer, Immutable, Alias("granary.SessionsOfItem")]
public sealed record SessionsOfItem([property: Id(0)] ItemSessions Sessions);

/// <summary><see cref="ItemSessions"/> on its way to another silo.</summary>
[GenerateSerializer, Immutable, Alias("granary.EncodedSessions")]
public readonly record struct EncodedSessions([property: Id(0)] byte[] Bytes);

/// <summary>Encodes and decodes them.</summary>
[RegisterConverter]
public sealed class ItemSessionsConverter : IConverter<ItemSessions, EncodedSessions>
{
    public ItemSessions ConvertFromSurrogate(in EncodedSessions surrogate) => ItemSessions.Decode(surrogate.Bytes);

    public EncodedSessions ConvertToSurrogate(in ItemSessions value)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        value.Encode(bytes);
        return new(bytes.WrittenSpan.ToArray());
    }
}

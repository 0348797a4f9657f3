using System.IO.Hashing;
using System.Text;

namespace Checkpointing;

/// <summary>What an entity sends out because of a record or a command: an alert, a derived event, a dead letter.</summary>
[GenerateSerializer, Immutable, Alias("granary.Output")]
public sealed class Output
{
    /// <summary>Derived from its cause, so that the same cause gives the same id: a consumer can drop a repeated one.</summary>
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Topic { get; init; }

    [Id(2)]
    public required ReadOnlyMemory<byte> Key { get; init; }

    [Id(3)]
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Whether it is sent only when the state that caused it is durable; else it is sent at once.</summary>
    [Id(4)]
    public bool WhenDurable { get; init; }

    /// <summary>Record headers, UTF-8 text: reason, stack and origin of a dead letter.</summary>
    [Id(5)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>A hash of topic, key and value: an acknowledgement names it, for the same id may come with other content after a rollback.</summary>
    public ulong ContentHash => _contentHash != 0 ? _contentHash : _contentHash = ComputeHash();

    [ThreadStatic]
    private static XxHash3? t_hash;

    [NonSerialized]
    private ulong _contentHash;

    private ulong ComputeHash()
    {
        var hash = t_hash ??= new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes(Topic));
        hash.Append(Key.Span);
        hash.Append([0]);
        hash.Append(Value.Span);
        var content = hash.GetCurrentHashAsUInt64() | 1;
        hash.Reset();
        return content;
    }
}

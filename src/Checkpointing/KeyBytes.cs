using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;

namespace Checkpointing;

/// <summary>Compares keys by their bytes.</summary>
public sealed class KeyBytes : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static readonly KeyBytes Comparer = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode([DisallowNull] ReadOnlyMemory<byte> obj) => (int)XxHash3.HashToUInt64(obj.Span);
}

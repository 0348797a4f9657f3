using System.Buffers;

namespace Grains.Fields;

/// <summary>The bytes of an <see cref="EntityState"/>.</summary>
internal static class EntityStateCodec
{
    public static void Write(EntityState state, IBufferWriter<byte> writer) => throw new NotImplementedException();

    public static EntityState Read(FieldTable fields, ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
}

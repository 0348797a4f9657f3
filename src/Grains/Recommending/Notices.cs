using System.Buffers;

namespace Grains.Recommending;

/// <summary>Notices on their way to a topic.</summary>
internal static class Notices
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public static byte[] ToArray(Action<IBufferWriter<byte>> encode)
    {
        var scratch = _scratch ??= new(1024);
        scratch.ResetWrittenCount();
        encode(scratch);
        return scratch.WrittenSpan.ToArray();
    }
}

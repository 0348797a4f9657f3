using System.Buffers;
using Recommendations;

namespace Grains.Recommending;

/// <summary>Notices on their way to a topic.</summary>
internal static class Notices
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public static byte[] ToArray<T>(in T notice)
        where T : INotice
    {
        var scratch = _scratch ??= new(1024);
        scratch.ResetWrittenCount();
        notice.Encode(scratch);
        return scratch.WrittenSpan.ToArray();
    }
}

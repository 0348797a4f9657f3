using System.Buffers;

namespace Recommendations;

/// <summary>What one grain tells another through a topic.</summary>
public interface INotice
{
    /// <summary>Writes it as a record's value.</summary>
    void Encode(IBufferWriter<byte> output);
}

namespace Rules.Codec;

/// <summary>What a group of an entity keeps under an id of its own: a window, a pattern, an anomaly's model, a rule's in C#.</summary>
internal interface IKept
{
    void Write(ref ByteWriter writer);

    void Read(ref ByteReader reader);
}

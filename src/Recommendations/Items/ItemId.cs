namespace Recommendations.Items;

/// <summary>
/// An item's id with its hash: whoever looks it up need not read the text, which is a memory access a time, where one string
/// is shared by all who have the id (<see cref="Methods.ICatalogue.IdOf"/>).
/// </summary>
internal readonly struct ItemId(string text) : IEquatable<ItemId>
{
    private readonly int _hash = text.GetHashCode(StringComparison.Ordinal);

    public string Text { get; } = text;

    public bool Equals(ItemId other) => ReferenceEquals(Text, other.Text) || (_hash == other._hash && Text == other.Text);

    public override bool Equals(object? obj) => obj is ItemId other && Equals(other);

    public override int GetHashCode() => _hash;
}

using HBase.Client;

namespace HBase.Embedded.Storage;

/// <summary>A table as it is stored: its id is never used again, so what a deleted table left behind is never
/// read.</summary>
internal sealed record TableInfo(string Name, uint Id, IReadOnlyList<FamilyInfo> Families)
{
    public FamilyInfo? Family(ReadOnlySpan<byte> name)
    {
        foreach (var family in Families)
            if (name.SequenceEqual(family.Name)) return family;

        return null;
    }

    public HBaseRefusedException NoFamily(ReadOnlySpan<byte> name) =>
        new($"Table '{Name}' has no column family '{System.Text.Encoding.UTF8.GetString(name)}'.") { Table = Name };

    public static HBaseTableNotFoundException NotFound(string name) =>
        new($"Table '{name}' does not exist.") { Table = name };
}

/// <param name="Name">UTF-8 bytes.</param>
internal sealed record FamilyInfo(byte[] Name, int MaxVersions);

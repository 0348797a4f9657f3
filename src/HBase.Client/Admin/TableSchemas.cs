using System.Globalization;
using Google.Protobuf;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Admin;

/// <summary>Turns a table's description into HBase's schema: names and values of attributes are text.</summary>
internal static class TableSchemas
{
    public const string GroupCommitEndpoint = "org.apache.hadoop.hbase.coprocessor.MultiRowMutationEndpoint";
    public const string PrefixSplitPolicy = "org.apache.hadoop.hbase.regionserver.KeyPrefixRegionSplitPolicy";

    private const string UserPriority = "1073741823";

    public static TableSchema Create(TableDescriptor descriptor, TableName name)
    {
        var schema = new TableSchema { TableName = name };
        foreach (var (key, value) in descriptor.Attributes) schema.Attributes.Add(Pair(key, value));
        if (descriptor.KeyPrefixLength > 0)
        {
            schema.Attributes.Add(Pair("SPLIT_POLICY", PrefixSplitPolicy));
            schema.Attributes.Add(Pair(
                "KeyPrefixRegionSplitPolicy.prefix_length",
                descriptor.KeyPrefixLength.ToString(CultureInfo.InvariantCulture)));
        }

        if (descriptor.GroupCommit)
            schema.Attributes.Add(Pair(FreeCoprocessorKey(descriptor), $"|{GroupCommitEndpoint}|{UserPriority}|"));
        foreach (var family in descriptor.Families) schema.ColumnFamilies.Add(Create(family));
        return schema;
    }

    private static string FreeCoprocessorKey(TableDescriptor descriptor)
    {
        for (var i = 1; ; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"coprocessor${i}");
            if (!descriptor.Attributes.ContainsKey(key)) return key;
        }
    }

    private static ColumnFamilySchema Create(FamilyDescriptor family)
    {
        var schema = new ColumnFamilySchema { Name = ByteString.CopyFromUtf8(family.Name) };
        if (!family.Attributes.ContainsKey("VERSIONS"))
            schema.Attributes.Add(Pair("VERSIONS", family.MaxVersions.ToString(CultureInfo.InvariantCulture)));
        foreach (var (key, value) in family.Attributes) schema.Attributes.Add(Pair(key, value));
        return schema;
    }

    private static BytesBytesPair Pair(string key, string value) =>
        new() { First = ByteString.CopyFromUtf8(key), Second = ByteString.CopyFromUtf8(value) };
}

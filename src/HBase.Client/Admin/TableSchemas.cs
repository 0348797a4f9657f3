using System.Globalization;
using Google.Protobuf;
using HBase.Client.Protocol.Messages;
using HBase.Client.Routing;

namespace HBase.Client.Admin;

/// <summary>Turns a table's description into HBase's schema and back: names and values of attributes are text.</summary>
internal static class TableSchemas
{
    public const string GroupCommitEndpoint = "org.apache.hadoop.hbase.coprocessor.MultiRowMutationEndpoint";
    public const string PrefixSplitPolicy = "org.apache.hadoop.hbase.regionserver.KeyPrefixRegionSplitPolicy";

    private const string GroupCommit = $"|{GroupCommitEndpoint}|1073741823|"; // the priority of users' coprocessors
    private const string SplitPolicy = "SPLIT_POLICY";
    private const string PrefixLength = "KeyPrefixRegionSplitPolicy.prefix_length";
    private const string Versions = "VERSIONS";

    public static TableSchema Create(TableDescriptor descriptor, TableName name)
    {
        var schema = new TableSchema { TableName = name };
        foreach (var (key, value) in descriptor.Attributes) schema.Attributes.Add(Pair(key, value));
        if (descriptor.KeyPrefixLength > 0)
        {
            schema.Attributes.Add(Pair(SplitPolicy, PrefixSplitPolicy));
            schema.Attributes.Add(Pair(PrefixLength, descriptor.KeyPrefixLength.ToString(CultureInfo.InvariantCulture)));
        }

        if (descriptor.GroupCommit) schema.Attributes.Add(Pair(FreeCoprocessorKey(descriptor), GroupCommit));
        foreach (var family in descriptor.Families) schema.ColumnFamilies.Add(Create(family));
        return schema;
    }

    /// <summary>The table that the schema describes, without split keys.</summary>
    public static TableDescriptor Read(TableSchema schema)
    {
        var attributes = Read(schema.Attributes);
        foreach (var pair in schema.Configuration) attributes[pair.Name] = pair.Value;
        var prefix = 0;
        if (attributes.GetValueOrDefault(SplitPolicy) == PrefixSplitPolicy
            && int.TryParse(attributes.GetValueOrDefault(PrefixLength), CultureInfo.InvariantCulture, out prefix))
        {
            attributes.Remove(SplitPolicy);
            attributes.Remove(PrefixLength);
        }

        var endpoint = attributes.FirstOrDefault(a => a.Value == GroupCommit).Key;
        if (endpoint is not null) attributes.Remove(endpoint);
        return new TableDescriptor(TableRoute.NameOf(schema.TableName), [.. schema.ColumnFamilies.Select(Read)])
        {
            KeyPrefixLength = prefix,
            GroupCommit = endpoint is not null,
            Attributes = attributes,
        };
    }

    private static FamilyDescriptor Read(ColumnFamilySchema schema)
    {
        var attributes = Read(schema.Attributes);
        // Absent is HBase's own default, 1.
        if (!int.TryParse(attributes.GetValueOrDefault(Versions, "1"), CultureInfo.InvariantCulture, out var versions))
            throw new HBaseProtocolException($"A family keeps '{attributes[Versions]}' versions.");
        attributes.Remove(Versions);
        return new FamilyDescriptor(schema.Name.ToStringUtf8())
        {
            MaxVersions = versions,
            Attributes = attributes,
            Configuration = schema.Configuration.ToDictionary(pair => pair.Name, pair => pair.Value),
        };
    }

    private static Dictionary<string, string> Read(IEnumerable<BytesBytesPair> pairs) =>
        pairs.ToDictionary(pair => pair.First.ToStringUtf8(), pair => pair.Second.ToStringUtf8());

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
        if (!family.Attributes.ContainsKey(Versions))
            schema.Attributes.Add(Pair(Versions, family.MaxVersions.ToString(CultureInfo.InvariantCulture)));
        foreach (var (key, value) in family.Attributes) schema.Attributes.Add(Pair(key, value));
        foreach (var (key, value) in family.Configuration)
            schema.Configuration.Add(new NameStringPair { Name = key, Value = value });
        return schema;
    }

    private static BytesBytesPair Pair(string key, string value) =>
        new() { First = ByteString.CopyFromUtf8(key), Second = ByteString.CopyFromUtf8(value) };
}

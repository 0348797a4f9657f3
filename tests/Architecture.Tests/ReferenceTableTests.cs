using System.Reflection;

namespace Architecture.Tests;

/// <summary>Which project may refer to which: the table in docs/architecture.md.</summary>
public sealed class ReferenceTableTests
{
    public static TheoryData<string, string[]> Table => new()
    {
        { "Grains.Interfaces", [] },
        { "Checkpointing", [] },
        { "Rules", [] },
        { "Notifications", ["Rules"] },
        { "Recommendations", ["Rules"] },
        { "Grains", ["Grains.Interfaces", "Checkpointing", "Rules", "Recommendations"] },
        { "HBase.Client", [] },
        { "HBase.Embedded", ["HBase.Client"] },
        { "HBase.GrainStorage", ["HBase.Client", "Checkpointing"] },
        { "Kafka.Streaming", ["Checkpointing"] },
        { "granary", ["Grains.Interfaces", "Checkpointing", "HBase.Client", "HBase.GrainStorage", "Notifications", "Rules"] },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_project_refers_only_to_what_the_table_allows(string project, string[] allowed)
    {
        var ours = Table.Select(row => row.Data.Item1).Append("Silo").ToHashSet();
        var referred = Assembly.Load(project).GetReferencedAssemblies().Select(name => name.Name!).Where(ours.Contains);
        Assert.Empty(referred.Except(allowed));
    }

    [Theory]
    [InlineData("HBase.Client", "Orleans")]
    [InlineData("HBase.Embedded", "Orleans")]
    [InlineData("Rules", "Orleans")]
    [InlineData("Notifications", "Orleans")]
    [InlineData("Notifications", "Confluent")]
    [InlineData("Recommendations", "Orleans")]
    [InlineData("Grains", "Confluent")]
    [InlineData("Grains", "HBase")]
    [InlineData("Kafka.Streaming", "HBase")]
    public void A_project_knows_nothing_of_what_lies_beyond_its_seam(string project, string forbidden) =>
        Assert.DoesNotContain(
            Assembly.Load(project).GetReferencedAssemblies(), name => name.Name!.StartsWith(forbidden, StringComparison.Ordinal));
}

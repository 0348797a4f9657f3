using Contracts;
using HBase.Client.Rest;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.Rest;

/// <summary>The contract through a real gateway, as far as gateways go. The table is made natively: it has regions.</summary>
public sealed class RestTableContractTests(RestTableContractTests.Fixture fixture)
    : TableContract(fixture), IClassFixture<RestTableContractTests.Fixture>
{
    internal static HBaseRestOptions Options() => new()
    {
        Gateways = [RealHBase.Named("HBASE_REST", "address of a REST gateway")],
    };

    public sealed class Fixture : TableFixture
    {
        public override TableFeatures Missing =>
            TableFeatures.AtomicCommits | TableFeatures.AnyCondition | TableFeatures.AnyDelete | TableFeatures.Filters
            | TableFeatures.ReversedScans | TableFeatures.Operators | TableFeatures.RowMutations
            | TableFeatures.Updates | TableFeatures.Batches;

        public override int LongestRow => RestTable.LongestRow(TableName);

        protected override ValueTask<IHBase> OpenAsync() => new(new HBaseRestClient(Options()));

        protected override async ValueTask CreateTableAsync(IHBase hbase)
        {
            await using var native = new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters() });
            await native.CreateTableAsync(Descriptor(TableName));
        }
    }
}

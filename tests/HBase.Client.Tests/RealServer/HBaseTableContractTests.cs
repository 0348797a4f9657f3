using Contracts;
using TestKit;

namespace HBase.Client.Tests.RealServer;

public sealed class HBaseTableContractTests(HBaseTableContractTests.Fixture fixture)
    : TableContract(fixture), Xunit.IClassFixture<HBaseTableContractTests.Fixture>
{
    public sealed class Fixture : TableFixture
    {
        protected override ValueTask<IHBase> OpenAsync() =>
            new(new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters() }));
    }
}

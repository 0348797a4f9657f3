using Contracts;
using HBase.Client;
using Xunit;

namespace HBase.Embedded.Tests;

public sealed class EmbeddedTableFixture : TableFixture
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IHBase> OpenAsync() =>
        ValueTask.FromResult<IHBase>(new EmbeddedHBase(new EmbeddedHBaseOptions { Path = _directory.Path }));

    protected override ValueTask ClosedAsync()
    {
        _directory.Dispose();
        return default;
    }
}

public sealed class EmbeddedTableTests(EmbeddedTableFixture fixture)
    : TableContract(fixture), IClassFixture<EmbeddedTableFixture>;

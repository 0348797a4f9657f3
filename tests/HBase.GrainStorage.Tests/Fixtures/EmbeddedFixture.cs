using HBase.Embedded;

namespace HBase.GrainStorage.Tests.Fixtures;

public sealed class EmbeddedFixture : HBaseFixture
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("grain-storage-");

    protected override ValueTask<IHBase?> ConnectAsync() =>
        ValueTask.FromResult<IHBase?>(new EmbeddedHBase(new EmbeddedHBaseOptions { Path = _directory.FullName }));

    protected override ValueTask CloseAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

namespace HBase.Embedded.Tests;

internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hbase-embedded-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

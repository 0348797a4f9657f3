namespace Notifications.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("notifications").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

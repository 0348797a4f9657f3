using Silo.Hosting;

namespace Integration.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("--Kafka:Lane=3", "Kafka:Lanes")]
    [InlineData("--Checkpoint:MaxHeldBytes=1", "Did you mean 'Checkpoints'?")]
    [InlineData("--Checkpoints:MaxWorkingLanes=0", "Checkpoints:MaxWorkingLanes is 0; it must be at least 1")]
    [InlineData("--Checkpoints:MaxConcurrentFlushes=-1", "Checkpoints:MaxConcurrentFlushes is -1; it must be at least 1")]
    public void A_wrong_setting_is_an_error_that_names_what_to_write(string argument, string told) =>
        Assert.Contains(told, Assert.Throws<SettingsException>(() => SiloProgram.Build([argument])).Message, StringComparison.Ordinal);
}

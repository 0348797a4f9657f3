using Client.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Client.Tests;

public sealed class EntityClientOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.Empty(EntityClientOptionsValidator.Errors(new EntityClientOptions()));

    [Fact]
    public void Every_mistake_is_named_with_its_key()
    {
        var errors = EntityClientOptionsValidator.Errors(new EntityClientOptions
        {
            ClusterId = " ",
            ServiceId = "",
            Gateways = ["127.0.0.1:30000", "nowhere"],
            ConnectTimeout = TimeSpan.Zero,
            CommandTimeout = TimeSpan.FromDays(2),
            AttemptTimeout = TimeSpan.FromSeconds(-1),
        }).ToList();
        string[] keys = ["ClusterId", "ServiceId", "Gateways:1", "ConnectTimeout", "CommandTimeout", "AttemptTimeout"];
        Assert.Equal(keys.Length, errors.Count);
        Assert.All(keys.Zip(errors), pair => Assert.StartsWith($"Client:{pair.First} is ", pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Masters_are_checked_and_gateways_then_are_not()
    {
        var errors = EntityClientOptionsValidator.Errors(
            new EntityClientOptions { HBaseMasters = "a:16000,b", Gateways = [] }).ToList();
        Assert.Contains("'b'", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Client:Gateways:0", "10.0.0.1:1")]
    [InlineData("Client:Gateways", "10.0.0.1:1")]
    public void Configured_gateways_replace_the_default(string key, string value)
    {
        using var services = Services(new() { [key] = value, ["Client:CommandTimeout"] = "00:00:07" });
        Assert.Equal(["10.0.0.1:1"], services.GetRequiredService<IOptions<EntityClientOptions>>().Value.Gateways);
        var uri = Assert.Single(services.GetRequiredService<IOptions<StaticGatewayListProviderOptions>>().Value.Gateways);
        Assert.Equal(("10.0.0.1", 1), (uri.Host, uri.Port));
        Assert.Equal(
            TimeSpan.FromSeconds(7), services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.ResponseTimeout);
    }

    [Fact]
    public void Code_wins_over_configuration()
    {
        using var services = Services(new() { ["Client:ClusterId"] = "a" }, options => options.ClusterId = "b");
        Assert.Equal("b", services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId);
    }

    [Fact]
    public void A_client_with_a_mistake_does_not_start()
    {
        using var services = Services(new() { ["Client:Gateways:0"] = "nowhere" });
        var error = Assert.Throws<OrleansConfigurationException>(() => services.GetRequiredService<IClusterClient>());
        Assert.Contains("Client:Gateways:0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:30000", "localhost", 30000)]
    [InlineData("[::1]:5", "::1", 5)]
    public void Host_and_port_are_read(string text, string host, int port)
    {
        Assert.True(HostAndPort.TryParse(text, out var parsed));
        Assert.Equal(new HostAndPort(host, port), parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData(":30000")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("local host:1")]
    [InlineData("::1:5")]
    public void What_is_not_host_and_port_is_refused(string? text) => Assert.False(HostAndPort.TryParse(text, out _));

    private static ServiceProvider Services(
        Dictionary<string, string?> settings, Action<EntityClientOptions>? configure = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration)
            .AddEntityClient(configuration, configure).BuildServiceProvider();
    }
}

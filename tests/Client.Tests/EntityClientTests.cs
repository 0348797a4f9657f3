using Checkpointing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Client.Tests;

public sealed class EntityClientTests
{
    [Fact]
    public async Task It_goes_on_when_a_silo_has_come_back()
    {
        await using var silo = new SiloFixture();
        await silo.StartAsync();
        using var host = await ConnectAsync(silo.Gateway);
        var client = host.Services.GetRequiredService<EntityClient>();
        Assert.True((await client.GetAsync("sensor", "s-1")).Seen);
        await silo.StopAsync();
        var asking = client.AcknowledgeAsync("sensor", "s-1", "hot", "ann");
        await silo.StartAsync();
        Assert.Equal("ann", (await asking).AcknowledgedBy);
        await host.StopAsync();
    }

    [Fact]
    public async Task Commands_of_an_applications_own_grain_are_repeated_with_one_id()
    {
        await using var silo = new SiloFixture();
        await silo.StartAsync();
        using var host = await ConnectAsync(silo.Gateway);
        var client = host.Services.GetRequiredService<EntityClient>();
        var grain = client.Get<ICalibrated>("sensor", "s-1");
        await client.CommandAsync(grain, called => called.Calibrate(3));
        Assert.Equal(3, await client.CommandAsync(grain, called => called.Offset()));
        Assert.Null(CommandContext.Current);
        var ids = await grain.Ids();
        Assert.Equal(2, ids.Count);
        Assert.Single(ids.Distinct());
        await host.StopAsync();
    }

    private static async Task<IHost> ConnectAsync(string gateway)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddEntityClient(options =>
        {
            options.Gateways = [gateway];
            options.CommandTimeout = TimeSpan.FromSeconds(60);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}

[Alias("test.ICalibrated")]
public interface ICalibrated : IGrainWithStringKey
{
    [Alias("Calibrate")]
    ValueTask Calibrate(double offset);

    [Alias("Offset")]
    Task<double> Offset();

    [Alias("Ids")]
    ValueTask<IReadOnlyList<string>> Ids();
}

/// <summary>Is void at its first command.</summary>
[GrainType("calibrated")]
public sealed class Calibrated : Grain, ICalibrated
{
    private readonly List<string> _ids = [];
    private double _offset;

    public ValueTask Calibrate(double offset)
    {
        _ids.Add(CommandContext.Current!.Value.Id);
        if (_ids.Count == 1)
            throw new EntityConflictException("Another activation has written.");
        _offset = offset;
        return default;
    }

    public Task<double> Offset() => Task.FromResult(_offset);

    public ValueTask<IReadOnlyList<string>> Ids() => new(_ids);
}

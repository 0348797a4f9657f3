using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Placement;

namespace HBase.GrainStorage.Tests.Hosting;

public sealed class ClusterOnEmbedded(EmbeddedFixture hbase) : ClusterContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class ClusterOnServer(ServerFixture hbase) : ClusterContract(hbase), IClassFixture<ServerFixture>;

/// <summary>Silos and a client that know nothing but the HBase.</summary>
public abstract class ClusterContract(HBaseFixture hbase)
{
    private readonly string _stateTable = hbase.NewTableName("grains");
    private readonly string _cluster = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Two_silos_and_a_client_find_each_other_and_states_survive_a_silo()
    {
        hbase.Require();
        using var first = Silo("first");
        using var second = Silo("second");
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        using var client = Client();
        await client.StartAsync();
        var grains = client.Services.GetRequiredService<IGrainFactory>();
        await WaitForSilosAsync(grains, 2);

        var counters = await CountersOnBothAsync(grains);

        await second.StopAsync();
        await WaitForSilosAsync(grains, 1);
        Assert.All(await Task.WhenAll(counters.Select(counter => counter.Add(1))), value => Assert.Equal(2, value));
        Assert.NotNull(first.Services.GetRequiredService<IEntityStore>());
        await client.StopAsync();
        await first.StopAsync();
    }

    // A silo places grains on another when it knows what that one can host, some time after it knows of it.
    private static async Task<List<ICounterGrain>> CountersOnBothAsync(IGrainFactory grains)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var counters = new List<ICounterGrain>();
        for (var silos = new HashSet<string>(); silos.Count < 2; await Task.Delay(10, limit.Token))
        {
            var counter = grains.GetGrain<ICounterGrain>(counters.Count);
            counters.Add(counter);
            await counter.Add(1);
            silos.Add(await counter.Silo());
        }
        return counters;
    }

    private static async Task WaitForSilosAsync(IGrainFactory grains, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var management = grains.GetGrain<IManagementGrain>(0);
        while ((await management.GetHosts(onlyActive: true)).Count != count) await Task.Delay(100, limit.Token);
    }

    private IHost Silo(string name)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(hbase.HBase);
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(Configure)
            .Configure<SiloOptions>(options => options.SiloName = name)
            .ConfigureEndpoints(IPAddress.Loopback, FreePort(), FreePort())
            .UseHBaseClustering(options => options.TableName = hbase.ClusterTableName)
            .ConfigureHBaseTables(options =>
                (options.Regions, options.RetryDelay) = (2, TimeSpan.FromMilliseconds(200)))
            .AddHBaseEntityStore(options => options.TableName = _stateTable)
            .AddHBaseGrainStorageAsDefault(options => options.TableName = _stateTable));
        return builder.Build();
    }

    private IHost Client()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(hbase.HBase);
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(Configure)
            .UseHBaseClustering(options => options.TableName = hbase.ClusterTableName));
        return builder.Build();
    }

    private void Configure(ClusterOptions options) => (options.ServiceId, options.ClusterId) = ("tests", _cluster);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

public interface ICounterGrain : IGrainWithIntegerKey
{
    Task<int> Add(int number);

    Task<string> Silo();
}

[RandomPlacement]
public sealed class CounterGrain([PersistentState("counter")] IPersistentState<Counter> state, ILocalSiloDetails silo)
    : Grain, ICounterGrain
{
    public async Task<int> Add(int number)
    {
        state.State.Value += number;
        await state.WriteStateAsync();
        return state.State.Value;
    }

    public Task<string> Silo() => Task.FromResult(silo.Name);
}

// Orleans' default serializer reads no other types since 10.4.
[GenerateSerializer, Alias("tests.Counter")]
public sealed class Counter
{
    [Id(0)]
    public int Value { get; set; }
}

using HBase.GrainStorage.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HBase.GrainStorage.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("n:")]
    [InlineData(":a")]
    [InlineData("n-x:a")]
    public void A_name_that_no_table_has_is_named(string table)
    {
        Assert.Contains(nameof(Storage.HBaseGrainStorageOptions.TableName), Error(silo => silo
            .AddHBaseGrainStorage("carts", options => options.TableName = table)), StringComparison.Ordinal);
        Assert.Contains("HBaseEntityStoreOptions.TableName", Error(silo => silo
            .AddHBaseEntityStore(options => options.TableName = table)), StringComparison.Ordinal);
        Assert.Contains("HBaseClusteringOptions.TableName", Error(silo => silo
            .UseHBaseClustering(options => options.TableName = table)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_HBase_is_reported_with_the_provider()
    {
        var error = Error(
            silo => silo.AddHBaseGrainStorage("carts", options => options.TableName = "n:a.b-c_d"), withHBase: false);
        Assert.Contains("'carts'", error, StringComparison.Ordinal);
        Assert.Contains(nameof(IHBase), error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_option_of_the_tables_is_named()
    {
        var error = Error(silo => silo.AddHBaseEntityStore().ConfigureHBaseTables(options =>
            (options.Regions, options.EventsTimeToLive, options.AlertsTimeToLive, options.RetryDelay) =
                (0, TimeSpan.Zero, TimeSpan.MaxValue, TimeSpan.Zero)));
        Assert.All(
            new[] { nameof(HBaseTablesOptions.Regions), nameof(HBaseTablesOptions.EventsTimeToLive),
                nameof(HBaseTablesOptions.AlertsTimeToLive), nameof(HBaseTablesOptions.RetryDelay) },
            name => Assert.Contains($"HBaseTablesOptions.{name}", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Splits_are_even_and_sorted()
    {
        var splits = HBaseFixture.Tables(new() { Regions = 4 }).StateTable("t").SplitKeys;
        Assert.Equal(["4000", "8000", "C000"], splits.Select(key => Convert.ToHexString(key.Span)));
        Assert.Equal(65_535, HBaseFixture.Tables(new() { Regions = 65_536 }).StateTable("t").SplitKeys
            .Select(key => Convert.ToHexString(key.Span)).Distinct().Count());
        Assert.Empty(HBaseFixture.Tables(new() { Regions = 1 }).StateTable("t").SplitKeys);
    }

    private static string Error(Action<ISiloBuilder> configure, bool withHBase = true)
    {
        var builder = Host.CreateApplicationBuilder();
        if (withHBase)
            builder.Services.AddSingleton<IHBase>(_ => throw new InvalidOperationException("Validation connects."));
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering()));
        using var host = builder.Build();
        var errors = new List<string>();
        foreach (var validator in host.Services.GetServices<IConfigurationValidator>())
        {
            if (validator.GetType().Assembly != typeof(HBaseTables).Assembly) continue;
            try
            {
                validator.ValidateConfiguration();
            }
            catch (OrleansConfigurationException exception)
            {
                errors.Add(exception.Message);
            }
        }

        return string.Join('\n', errors);
    }
}

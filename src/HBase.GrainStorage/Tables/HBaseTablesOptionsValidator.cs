using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Tables;

internal sealed class HBaseTablesOptionsValidator(IOptions<HBaseTablesOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var errors = Errors(options.Value).ToList();
        if (errors.Count > 0) throw new OrleansConfigurationException(string.Join(' ', errors));
    }

    private static IEnumerable<string> Errors(HBaseTablesOptions options)
    {
        const string name = nameof(HBaseTablesOptions);
        if (options.Regions is < 1 or > 65_536)
            yield return $"{name}.{nameof(options.Regions)} is {options.Regions}, allowed are 1 to 65536.";
        if (IsBad(options.EventsTimeToLive))
            yield return
                $"{name}.{nameof(options.EventsTimeToLive)} is {options.EventsTimeToLive}, "
                + "allowed are 1 second to 68 years.";
        if (IsBad(options.AlertsTimeToLive))
            yield return
                $"{name}.{nameof(options.AlertsTimeToLive)} is {options.AlertsTimeToLive}, "
                + "allowed are 1 second to 68 years.";
        if (options.RetryDelay <= TimeSpan.Zero)
            yield return $"{name}.{nameof(options.RetryDelay)} is {options.RetryDelay}, it must be positive.";
    }

    private static bool IsBad(TimeSpan? timeToLive) => timeToLive is { TotalSeconds: < 1 or >= int.MaxValue };
}

using Microsoft.Extensions.Options;

namespace Client.Hosting;

/// <summary>Reports every mistake in the options at once when the client starts, each with the key to correct.</summary>
internal sealed class EntityClientOptionsValidator(IOptions<EntityClientOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var errors = Errors(options.Value).ToList();
        if (errors.Count > 0)
            throw new OrleansConfigurationException(string.Join(" ", errors));
    }

    /// <summary>One sentence for each mistake.</summary>
    public static IEnumerable<string> Errors(EntityClientOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ClusterId))
            yield return $"{Key(nameof(options.ClusterId))} is empty: give the silos' cluster id.";
        if (string.IsNullOrWhiteSpace(options.ServiceId))
            yield return $"{Key(nameof(options.ServiceId))} is empty: give the silos' service id.";
        foreach (var error in options.HBaseMasters is null ? GatewayErrors(options.Gateways) : MasterErrors(options))
            yield return error;
        foreach (var error in TimeErrors(options))
            yield return error;
    }

    private static IEnumerable<string> GatewayErrors(IList<string> gateways)
    {
        var key = Key(nameof(EntityClientOptions.Gateways));
        if (gateways.Count == 0)
            yield return $"{key} is empty: give a silo's gateway as host:port, or set Client:HBaseMasters.";
        for (var i = 0; i < gateways.Count; i++)
        {
            if (!HostAndPort.TryParse(gateways[i], out _))
                yield return $"{key}:{i} is '{gateways[i]}': expected host:port, as in 127.0.0.1:30000.";
        }
    }

    private static IEnumerable<string> MasterErrors(EntityClientOptions options)
    {
        var key = Key(nameof(options.HBaseMasters));
        var masters = options.HBaseMasters!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (masters.Length == 0)
            yield return $"{key} is empty: give HBase's masters as host:port,host:port, or leave it out.";
        foreach (var master in masters.Where(m => !HostAndPort.TryParse(m, out _)))
            yield return $"{key} holds '{master}': expected host:port, as in 127.0.0.1:16000.";
    }

    private static IEnumerable<string> TimeErrors(EntityClientOptions options)
    {
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(options.ConnectTimeout), options.ConnectTimeout),
            (nameof(options.CommandTimeout), options.CommandTimeout),
            (nameof(options.AttemptTimeout), options.AttemptTimeout),
        ];
        return from time in times
               where time.Value <= TimeSpan.Zero || time.Value > TimeSpan.FromDays(1)
               select $"{Key(time.Name)} is {time.Value}: expected more than zero and at most a day, as in 00:00:30.";
    }

    private static string Key(string name) => $"{EntityClientOptions.Section}:{name}";
}

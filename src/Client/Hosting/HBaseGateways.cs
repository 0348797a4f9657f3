
namespace Client.Hosting;

/// <summary>The one place where the client finds its gateways in HBase.</summary>
internal static class HBaseGateways
{
    public static void Use(IClientBuilder client, EntityClientOptions options) =>
        throw new OrleansConfigurationException(
            $"Client:HBaseMasters is set to '{options.HBaseMasters}', but this build cannot find gateways in HBase: "
            + "set Client:Gateways to the silos' gateways.");
}

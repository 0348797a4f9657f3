using System.Net;

namespace HBase.Client;

/// <summary>What is done to the bytes of a connection after both sides have proved who they are; ordered by strength.</summary>
public enum HBaseProtection
{
    /// <summary>Nothing.</summary>
    Authentication,

    /// <summary>They cannot be changed unnoticed.</summary>
    Integrity,

    /// <summary>Nor be read.</summary>
    Privacy,
}

/// <summary>
/// Kerberos, for clusters with <c>hbase.security.authentication=kerberos</c>. Linux needs the library libgssapi_krb5 (Debian:
/// libgssapi-krb5-2) and a krb5.conf that names the realm.
/// </summary>
public sealed class HBaseKerberosOptions
{
    /// <summary>
    /// The region servers' principal, as <c>hbase.regionserver.kerberos.principal</c> has it; <c>_HOST</c> stands for the host
    /// that is connected to. A realm may be given, but krb5.conf decides. Default <c>hbase/_HOST</c>.
    /// </summary>
    public string ServicePrincipal { get; set; } = "hbase/_HOST";

    /// <summary>The masters' principal. Default: null, the same as <see cref="ServicePrincipal"/>.</summary>
    public string? MasterPrincipal { get; set; }

    /// <summary>
    /// The least protection (<c>hbase.rpc.protection</c>) that is accepted; of those that the server offers the weakest which is
    /// enough is used. Default <see cref="HBaseProtection.Authentication"/>.
    /// </summary>
    public HBaseProtection Protection { get; set; } = HBaseProtection.Authentication;

    /// <summary>
    /// User and password to get a ticket with. Default: null, the process's tickets: the credential cache that kinit fills, or
    /// the keytab that the environment variable <c>KRB5_CLIENT_KTNAME</c> names, from which expired tickets are renewed.
    /// </summary>
    public NetworkCredential? Credential { get; set; }

    /// <summary>Everything that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(ServicePrincipal, nameof(ServicePrincipal));
        if (MasterPrincipal is not null) Check(MasterPrincipal, nameof(MasterPrincipal));
        if (!Enum.IsDefined(Protection)) errors.Add($"Kerberos.Protection: {Protection} is no protection.");
        return errors;

        void Check(string principal, string name)
        {
            if (Target(principal, "host").Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
                errors.Add($"Kerberos.{name} must be service/host, for example hbase/_HOST, not '{principal}'.");
        }
    }

    /// <summary>The principal of a server, without realm.</summary>
    internal string TargetOf(string host, bool isMaster) =>
        Target(isMaster ? MasterPrincipal ?? ServicePrincipal : ServicePrincipal, host);

    private static string Target(string principal, string host) =>
        principal.Split('@')[0].Replace("_HOST", host, StringComparison.Ordinal);
}

using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Protocol.Messages;
using HBase.Client.Routing;
using HBase.Client.Scanning;

namespace HBase.Client.Admin;

/// <summary>Namespaces and tables through the active master.</summary>
internal sealed partial class HBaseAdmin(
    MasterClient master, RegionLocator locator, RegionScanner scanner, RetryPolicy policy, TimeSpan timeout) : IHBaseAdmin
{
    private const string TableNotEnabled = "org.apache.hadoop.hbase.TableNotEnabledException";
    private const string SystemNamespace = "hbase";

    public IHBaseAdmin WithTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return new HBaseAdmin(master, locator, scanner, policy, timeout);
    }

    public async ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken = default)
    {
        var response = await AskAsync(
            "ListNamespaceDescriptors", new ListNamespaceDescriptorsRequest(), ListNamespaceDescriptorsResponse.Parser,
            "the cluster", null, cancellationToken).ConfigureAwait(false);
        return [.. response.NamespaceDescriptor.Select(space => space.Name.ToStringUtf8())];
    }

    public async ValueTask CreateNamespaceAsync(
        string name, IReadOnlyDictionary<string, string>? configuration = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var descriptor = new NamespaceDescriptor { Name = ByteString.CopyFromUtf8(name) };
        foreach (var (key, value) in configuration ?? new Dictionary<string, string>())
            descriptor.Configuration.Add(new NameStringPair { Name = key, Value = value });
        var request = new CreateNamespaceRequest
        { NamespaceDescriptor = descriptor, NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        await RunAsync("CreateNamespace", request, $"namespace {name}", null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteNamespaceAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var request = new DeleteNamespaceRequest
        { NamespaceName = name, NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        await RunAsync("DeleteNamespace", request, $"namespace {name}", null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<string>> ListTablesAsync(
        string? inNamespace = null, CancellationToken cancellationToken = default)
    {
        var request = new GetTableNamesRequest { IncludeSysTables = inNamespace == SystemNamespace };
        if (inNamespace is not null) request.Namespace = inNamespace;
        var response = await AskAsync(
            "GetTableNames", request, GetTableNamesResponse.Parser, $"namespace {inNamespace ?? "*"}", null, cancellationToken)
            .ConfigureAwait(false);
        return [.. response.TableNames.Select(TableRoute.NameOf)];
    }

    public async ValueTask<TableDescriptor> DescribeTableAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        var request = new GetTableDescriptorsRequest { TableNames = { table.Message }, IncludeSysTables = true };
        var response = await AskAsync(
            "GetTableDescriptors", request, GetTableDescriptorsResponse.Parser, Subject(table), table.Name, cancellationToken)
            .ConfigureAwait(false);
        return response.TableSchema.Count == 1
            ? TableSchemas.Read(response.TableSchema[0])
            : throw new HBaseTableNotFoundException($"The table {table.Name} does not exist.") { Table = table.Name };
    }

    public ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default)
    {
        var table = Check(descriptor);
        var request = new CreateTableRequest
        {
            TableSchema = TableSchemas.Create(descriptor, table.Message),
            NonceGroup = master.NonceGroup,
            Nonce = MasterClient.NewNonce(),
        };
        foreach (var key in descriptor.SplitKeys) request.SplitKeys.Add(ByteString.CopyFrom(key.Span));
        return ChangeAsync("CreateTable", request, table, cancellationToken);
    }

    public ValueTask ModifyTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default)
    {
        var table = Check(descriptor);
        var request = new ModifyTableRequest
        {
            TableName = table.Message,
            TableSchema = TableSchemas.Create(descriptor, table.Message),
            NonceGroup = master.NonceGroup,
            Nonce = MasterClient.NewNonce(),
        };
        return ChangeAsync("ModifyTable", request, table, cancellationToken);
    }

    public async ValueTask TruncateTableAsync(
        string name, bool preserveSplits = true, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        await DisableIfEnabledAsync(table, cancellationToken).ConfigureAwait(false);
        var request = new TruncateTableRequest
        {
            TableName = table.Message,
            PreserveSplits = preserveSplits,
            NonceGroup = master.NonceGroup,
            Nonce = MasterClient.NewNonce(),
        };
        await ChangeAsync("truncateTable", request, table, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask EnableTableAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        var request = new EnableTableRequest
        { TableName = table.Message, NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        return ChangeAsync("EnableTable", request, table, cancellationToken);
    }

    public ValueTask DisableTableAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        var request = new DisableTableRequest
        { TableName = table.Message, NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        return ChangeAsync("DisableTable", request, table, cancellationToken);
    }

    public async ValueTask<bool> IsTableEnabledAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        var response = await AskAsync(
            "GetTableState", new GetTableStateRequest { TableName = table.Message }, GetTableStateResponse.Parser,
            Subject(table), table.Name, cancellationToken).ConfigureAwait(false);
        return response.TableState.State is TableState.Types.State.Enabled or TableState.Types.State.Enabling;
    }

    public async ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        await DisableIfEnabledAsync(table, cancellationToken).ConfigureAwait(false);
        var request = new DeleteTableRequest
        { TableName = table.Message, NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        await ChangeAsync("DeleteTable", request, table, cancellationToken).ConfigureAwait(false);
    }

    private static string Subject(TableRoute table) => $"table {table.Name}";

    private TableRoute Check(TableDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Families.Count == 0) throw new ArgumentException("A table has at least one family.", nameof(descriptor));
        return locator.Table(descriptor.Name);
    }

    private async Task DisableIfEnabledAsync(TableRoute table, CancellationToken cancellationToken)
    {
        try
        {
            await DisableTableAsync(table.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseRefusedException e) when (e.ServerException == TableNotEnabled)
        {
            // Disabled already.
        }
    }

    // What is cached of the table may be wrong after it, whether it succeeds or not.
    private async ValueTask ChangeAsync(string method, IMessage request, TableRoute table, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(method, request, Subject(table), table.Name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            RegionLocator.Forget(table);
        }
    }

    private async Task RunAsync(
        string method, IMessage request, string subject, string? table, CancellationToken cancellationToken)
    {
        using var activity = ClientTracing.Start(method, table);
        await ClientTracing.SeeAsync(activity, master.RunAsync(method, request, subject, table, timeout, cancellationToken))
            .ConfigureAwait(false);
    }

    private async Task<T> AskAsync<T>(
        string method, IMessage request, MessageParser<T> parser, string subject, string? table,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        using var activity = ClientTracing.Start(method, table);
        var answer = master.AskAsync(method, request, parser, subject, table, timeout, cancellationToken);
        await ClientTracing.SeeAsync(activity, answer).ConfigureAwait(false);
        return await answer.ConfigureAwait(false);
    }
}

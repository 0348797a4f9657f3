using System.Net;
using System.Text;
using Google.Protobuf;
using HBase.Client.Admin;
using HBase.Client.Rest.Messages;
using HBase.Client.Routing;

namespace HBase.Client.Rest;

/// <summary>Tables and their families. Gateways alter a table that is to be created and exists, so it is asked for first.</summary>
internal sealed class RestSchemas(RestGateways gateways, TimeSpan adminTimeout)
{
    public async Task<bool> ExistsAsync(string table, CancellationToken cancellationToken)
    {
        var path = RestPath.Table(table) + "/exists";
        var call = new RestCall($"looking for the table {table}", HttpMethod.Get, path, RestEffect.None) { Table = table };
        return (await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false)).Status == HttpStatusCode.OK;
    }

    /// <summary>The names of a table's families.</summary>
    /// <exception cref="HBaseTableNotFoundException">There is no such table.</exception>
    public async Task<IReadOnlyList<byte[]>> FamiliesAsync(string table, CancellationToken cancellationToken)
    {
        var call = Schema($"reading the schema of {table}", table, HttpMethod.Get, RestEffect.None);
        var answer = await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NotFound) throw NotFound(table);
        try
        {
            return [.. TableSchema.Parser.ParseFrom(answer.Body).Columns.Select(c => Encoding.UTF8.GetBytes(c.Name))];
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HBaseProtocolException("A gateway's answer is no schema of a table.", e);
        }
    }

    /// <summary>
    /// Gateways answer a read of a table or a family that is not there like one of a row that is not there: this tells them
    /// apart, after a read that found nothing.
    /// </summary>
    public async Task CheckAsync(string table, IReadOnlyList<Column> columns, CancellationToken cancellationToken)
    {
        var families = await FamiliesAsync(table, cancellationToken).ConfigureAwait(false);
        foreach (var column in columns)
        {
            if (families.Any(f => f.AsSpan().SequenceEqual(column.Family.Span))) continue;
            throw new HBaseRefusedException($"The table {table} has no family {Encoding.UTF8.GetString(column.Family.Span)}.")
            { Table = table };
        }
    }

    public async Task CreateAsync(TableDescriptor descriptor, CancellationToken cancellationToken)
    {
        if (descriptor.SplitKeys.Count > 0)
            throw new NotSupportedException("REST gateways cannot create a table that is split from the start (SplitKeys).");
        if (descriptor.Families.Any(family => family.Configuration.Count > 0))
            throw new NotSupportedException("REST gateways cannot give a family properties of its own (Configuration).");
        if (await ExistsAsync(descriptor.Name, cancellationToken).ConfigureAwait(false))
            throw new HBaseTableExistsException($"The table {descriptor.Name} exists.") { Table = descriptor.Name };
        var schema = TableSchemas.Create(descriptor, new TableRoute(descriptor.Name).Message);
        var message = new TableSchema { Name = descriptor.Name };
        foreach (var pair in schema.Attributes)
            message.Attrs.Add(new TableSchema.Types.Attribute { Name = Text(pair.First), Value = Text(pair.Second) });
        foreach (var family in schema.ColumnFamilies)
        {
            var column = new ColumnSchema { Name = Text(family.Name) };
            foreach (var pair in family.Attributes)
                column.Attrs.Add(new ColumnSchema.Types.Attribute { Name = Text(pair.First), Value = Text(pair.Second) });
            message.Columns.Add(column);
        }

        var call = Schema($"creating the table {descriptor.Name}", descriptor.Name, HttpMethod.Put, RestEffect.Once)
            with
        { Body = message.ToByteArray() };
        await gateways.SendAsync(call, cancellationToken, adminTimeout).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string table, CancellationToken cancellationToken)
    {
        var call = Schema($"deleting the table {table}", table, HttpMethod.Delete, RestEffect.Once);
        var answer = await gateways.SendAsync(call, cancellationToken, adminTimeout).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NotFound) throw NotFound(table);
    }

    private static HBaseTableNotFoundException NotFound(string table) => new($"There is no table {table}.") { Table = table };

    private static RestCall Schema(string what, string table, HttpMethod method, RestEffect effect) =>
        new(what, method, RestPath.Table(table) + "/schema", effect) { Table = table };

    private static string Text(ByteString bytes) => bytes.ToStringUtf8();
}

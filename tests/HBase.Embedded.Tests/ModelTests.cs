using System.Text;
using HBase.Client;
using HBase.Client.Filters;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Embedded.Tests;

/// <summary>Random operations on the store and on <see cref="HBaseModel"/>; both must read the same all the
/// time.</summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private static readonly byte[][] Rows =
        [[0], [0, 0], [0, 1], "a"u8.ToArray(), "a\0"u8.ToArray(), "b"u8.ToArray(), [255]];
    private static readonly byte[][] Families = ["f"u8.ToArray(), "ff"u8.ToArray()];
    private static readonly byte[][] Qualifiers = [[], [0], [0, 1], "q"u8.ToArray()];
    private static readonly int[] MaxVersions = [1, 3];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task random_operations_read_as_the_model_does(int seed)
    {
        if (seed == 0) seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var directory = new TempDirectory();
        await new Run(seed, directory.Path).ExecuteAsync(600);
    }

    private sealed class Run(int seed, string path)
    {
        private readonly Random _random = new(seed);
        private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(10));
        private readonly HBaseModel _model = new(Families, MaxVersions);

        private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

        public async Task ExecuteAsync(int steps)
        {
            var hbase = new EmbeddedHBase(new EmbeddedHBaseOptions { Path = path }, _clock);
            var families = Families.Select((f, i) =>
                new FamilyDescriptor(Encoding.UTF8.GetString(f)) { MaxVersions = MaxVersions[i] });
            await hbase.CreateTableAsync(new TableDescriptor("t", [.. families]));
            for (var step = 0; step < steps; step++)
            {
                if (_random.Next(3) == 0) _clock.Advance(TimeSpan.FromMilliseconds(_random.Next(3)));
                if (_random.Next(60) == 0)
                {
                    await hbase.DisposeAsync();
                    hbase = new EmbeddedHBase(new EmbeddedHBaseOptions { Path = path }, _clock);
                }

                await StepAsync(hbase.GetTable("t"));
                await CompareAsync(hbase.GetTable("t"), $"seed {seed}, step {step}");
            }

            await hbase.DisposeAsync();
        }

        private async Task StepAsync(ITable table)
        {
            switch (_random.Next(5))
            {
                case 0:
                    var mutation = AnyMutation(Pick(Rows));
                    _model.Apply(mutation, Now, Now);
                    await table.MutateAsync(mutation);
                    break;
                case 1:
                    var (family, qualifier, value) = (Pick(Families), Pick(Qualifiers), AnyValue());
                    var append = new Append(Pick(Rows)).Add(family, qualifier, value);
                    _model.Append(append, family, qualifier, value, Now);
                    await table.UpdateAsync(append);
                    break;
                case 2:
                    var batch = Enumerable.Range(0, _random.Next(1, 8)).Select(_ => AnyMutation(Pick(Rows))).ToList();
                    foreach (var one in batch) _model.Apply(one, Now, Now);
                    Assert.All(await table.MutateAsync(batch), Assert.Null);
                    break;
                default:
                    // Several at once, so that they share a group; the writer takes them in the order of the calls.
                    var commits = Enumerable.Range(0, _random.Next(1, 6)).Select(_ => AnyCommit()).ToList();
                    var expected = new List<bool>();
                    var answers = new List<Task<bool>>();
                    foreach (var commit in commits) answers.Add(table.CommitAsync(commit).AsTask());
                    foreach (var commit in commits) expected.Add(_model.Commit(commit, Now));
                    Assert.Equal(expected, await Task.WhenAll(answers));
                    break;
            }
        }

        private async Task CompareAsync(ITable table, string where)
        {
            var versions = _random.Next(1, 5);
            var scanned = new List<string>();
            await foreach (var row in
                table.ScanAsync(new Scan { MaxVersions = versions, Caching = _random.Next(1, 4) }))
                scanned.AddRange(row.Cells.Select(c => HBaseModel.Text(row.Key, c)));
            Assert.Equal([where, .. Rows.SelectMany(r => _model.Read(r, versions))], [where, .. scanned]);

            var key = Pick(Rows);
            var got = await table.GetAsync(new Get(key) { MaxVersions = versions });
            Assert.Equal(
                [where, .. _model.Read(key, versions)],
                [where, .. (got?.Cells ?? []).Select(c => HBaseModel.Text(key, c))]);
        }

        private ConditionalCommit AnyCommit()
        {
            var row = Pick(Rows);
            var (family, qualifier) = (Pick(Families), Pick(Qualifiers));
            var value = _random.Next(3) switch
            {
                0 => default,
                1 => AnyValue(),
                _ => _model.Newest(row, family, qualifier)?.Value ?? default,
            };
            var further = Enumerable.Range(0, _random.Next(3)).Select(_ => AnyPut(Pick(Rows))).ToList();
            CompareOperator[] operators = value.IsEmpty
                ? [CompareOperator.Equal, CompareOperator.NotEqual]
                : [CompareOperator.Equal, CompareOperator.NotEqual, CompareOperator.Less, CompareOperator.Greater];
            var condition = new Condition(row, family, qualifier, value) { Operator = operators[_random.Next(operators.Length)] };
            return new(condition, AnyMutation(row), further);
        }

        private Mutation AnyMutation(byte[] row)
        {
            if (_random.Next(5) > 0) return PutOrDelete(row);
            var several = new RowMutations(row);
            for (var i = _random.Next(1, 4); i > 0; i--) several.Add(PutOrDelete(row));
            return several;
        }

        private Mutation PutOrDelete(byte[] row)
        {
            if (_random.Next(3) > 0) return AnyPut(row);
            var delete = new Delete(row);
            for (var i = _random.Next(3); i > 0; i--)
                delete.Add(new(Pick(Families), _random.Next(3) == 0 ? null : Pick(Qualifiers)), AnyTimestamp());
            return delete;
        }

        private Put AnyPut(byte[] row)
        {
            var put = new Put(row);
            for (var i = _random.Next(1, 4); i > 0; i--)
                put.Add(Pick(Families), Pick(Qualifiers), AnyValue(), AnyTimestamp());
            return put;
        }

        private byte[] AnyValue() => _random.Next(5) == 0 ? [] : [(byte)('0' + _random.Next(4))];

        private long AnyTimestamp() =>
            _random.Next(2) == 0 ? Mutation.LatestTimestamp : Math.Max(0, Now + _random.Next(-6, 4));

        private byte[] Pick(byte[][] from) => from[_random.Next(from.Length)];
    }
}

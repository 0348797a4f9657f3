using System.Text;
using System.Text.Json;
using Grains.Kinds;
using Grains.Tests.Kinds;

namespace Grains.Tests.Fields;

public sealed class EventDecoderFuzzTests
{
    private static readonly EntityKind Kind = TestKinds.Make("k", new KindOptions
    {
        Topic = "t",
        TimePath = "ts",
        Fields =
        {
            ["value"] = new(),
            ["deep"] = new() { Path = "a.b" },
            ["name"] = new() { Type = FieldType.Text },
            ["open"] = new() { Type = FieldType.Boolean },
        },
        AlertFields = { ["whole"] = "a", ["name"] = "name" },
    });

    private static readonly byte[] Good = Encoding.UTF8.GetBytes(
        """{"ts":1795384955593,"value":51.25,"a":{"b":-1e3,"c":["x",{}]},"name":"a\u00e9\ud83d\ude00\"ü","open":true}""");

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(1);
        var e = Kind.Decoder.NewEvent();
        for (var i = 0; i < 3000; i++)
        {
            var json = new byte[random.Next(60)];
            random.NextBytes(json);
            Assert.Equal(Kind.Decoder.TryDecode(json, 0, e, out var reason), reason.Length == 0);
        }
    }

    /// <summary>Whatever passes is JSON to another parser too, and an event that is accepted was an object.</summary>
    [Fact]
    public void Mutations_never_throw_and_what_passes_is_json()
    {
        var random = new Random(2);
        var e = Kind.Decoder.NewEvent();
        const string alphabet = "{}[]\":,.\\eE+-0123456789 \nutd8\u0000";
        for (var i = 0; i < 5000; i++)
        {
            var json = Good.ToList();
            for (var n = random.Next(1, 4); n > 0; n--)
                Mutate(json, random, alphabet);
            var bytes = json.ToArray();
            if (!Kind.Decoder.TryDecode(bytes, 0, e, out var reason))
            {
                Assert.NotEmpty(reason);
                continue;
            }

            using var document = JsonDocument.Parse(bytes);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            foreach (var copy in (byte[][])[e.Copy(0).ToArray(), e.Copy(1).ToArray()])
                if (copy.Length > 0)
                    JsonDocument.Parse(copy).Dispose();
        }
    }

    private static void Mutate(List<byte> json, Random random, string alphabet)
    {
        var at = random.Next(json.Count);
        var b = random.Next(8) == 0 ? (byte)random.Next(256) : (byte)alphabet[random.Next(alphabet.Length)];
        switch (random.Next(4))
        {
            case 0:
                json[at] = b;
                break;
            case 1:
                json.Insert(at, b);
                break;
            case 2:
                json.RemoveAt(at);
                break;
            default:
                json.RemoveRange(at, Math.Min(json.Count - at - 1, random.Next(10)));
                break;
        }
    }
}

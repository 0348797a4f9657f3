using System.Runtime.Intrinsics;
using Rules.Codec;

namespace Rules.Anomaly;

/// <summary>
/// How likely a distance as large as z (in scales) is, learned from the distances of the past: a histogram with forgetting for what is common,
/// a generalized Pareto tail fitted to its upper part for what is rare. Starts from Student's t with 8 degrees of freedom.
/// </summary>
/// <remarks>
/// Peaks over a threshold: Pickands 1975; used on streams as in SPOT, Siffer and others 2017. Fitted by probability-weighted moments, Hosking and
/// Wallis 1987. A cluster of extremes counts once (runs declustering, Davison and Smith 1990), so that a burst does not widen the tail.
/// </remarks>
internal sealed class TailDistribution
{
    /// <summary>8 bins per doubling of z, from 2^-4 to 2^7; what lies outside falls into the outermost bins.</summary>
    private const int Bins = 88;
    private const long FirstBin = (1023 - 4) << 3;
    private const double PriorWeight = 48;
    private const int Memory = 4096;
    private const double TailShare = 0.06;
    private const double Rare = 0.001;
    private const double Cap = 0.0001;
    private const double MinShape = -0.15;
    private const double MaxShape = 0.6;
    private const double MinWidth = 0.05;
    private const int Cluster = 32;

    /// <summary>What is out of all proportion counts less, or a fault each few hundred values would soon be called normal.</summary>
    private const double Alien = 1e-6;
    private const double AlienWeight = 0.125;
    private const int FitEvery = 32;

    private static readonly double[] _edges = [.. Enumerable.Range(0, Bins + 1).Select(Edge)];
    private static readonly float[] _prior = Prior();

    private readonly float[] _weights = new float[Bins];
    private double _total;
    private double _unit;
    private int _count;
    private int _sinceExtreme;
    private double _threshold;
    private double _share;
    private double _width;
    private double _shape;
    private double _cap;

    public TailDistribution() => Reset();

    /// <summary>8 for each two bins, and what else <see cref="Write"/> writes.</summary>
    public static int MaxBytes => Bins * 4 + 7 * 8 + 2 * 5;

    public void Reset()
    {
        _prior.CopyTo(_weights, 0);
        _total = PriorWeight;
        _unit = 1;
        _count = 0;
        _sinceExtreme = Cluster;
        Fit();
    }

    /// <summary>The share of distances that are at least that large.</summary>
    public double Probability(double z)
    {
        if (z <= _threshold)
            return Math.Min(1, Above(z));
        var excess = (z - _threshold) / _width;
        var tail = Math.Abs(_shape) < 1e-4 ? Math.Exp(-excess) : Math.Pow(Math.Max(0, 1 + _shape * excess), -1 / _shape);
        // Few distances cannot say that something is very rare.
        var floor = 1 / ((_count + 1.0) * (_count + 1.0));
        return Math.Max(_share * tail, Math.Max(floor, 1e-12));
    }

    public void Learn(double z, double probability)
    {
        var alone = _sinceExtreme >= Cluster;
        _sinceExtreme = probability < Rare ? 0 : Math.Min(_sinceExtreme + 1, Cluster);
        if (probability < Rare && !alone)
            return;
        _unit *= 1 + 1.0 / Memory;
        var weight = probability < Alien ? _unit * AlienWeight : _unit;
        _weights[Bin(Math.Min(z, _cap))] += (float)weight;
        _total += weight;
        if (_unit > 1 << 20)
            Renormalize();
        if (++_count % FitEvery == 0)
            Fit();
    }

    private void Renormalize()
    {
        const double Down = 1.0 / (1 << 20);
        for (var i = 0; i < Bins; i++)
            _weights[i] *= (float)Down;
        _unit *= Down;
        _total *= Down;
    }

    private double Above(double z)
    {
        var bin = Bin(z);
        var inside = Math.Clamp((_edges[bin + 1] - z) / (_edges[bin + 1] - _edges[bin]), 0, 1);
        return (Sum(bin + 1) + _weights[bin] * inside) / _total;
    }

    /// <summary>Always four lanes wide: the same bits on every machine.</summary>
    private float Sum(int from)
    {
        var sum = 0f;
        for (; (from & 3) != 0; from++)
            sum += _weights[from];
        var lanes = Vector128<float>.Zero;
        for (; from < Bins; from += 4)
            lanes += Vector128.LoadUnsafe(ref _weights[from]);
        return sum + (lanes[0] + lanes[1] + (lanes[2] + lanes[3]));
    }

    private void Fit()
    {
        var bin = Bins;
        var above = 0.0;
        while (bin > 1 && above + _weights[bin - 1] <= TailShare * _total)
            above += _weights[--bin];
        _threshold = _edges[bin];
        _share = Math.Max(above / _total, 1e-6);
        double mean = 0, weighted = 0, beyond = above;
        for (var i = bin; i < Bins; i++)
        {
            beyond -= _weights[i];
            var excess = _weights[i] * ((_edges[i] + _edges[i + 1]) / 2 - _threshold);
            mean += excess;
            weighted += excess * (beyond + _weights[i] / 2) / above;
        }

        mean = above > 0 ? mean / above : 0;
        weighted = above > 0 ? weighted / above : 0;
        _shape = mean > 2 * weighted ? Math.Clamp(2 - mean / (mean - 2 * weighted), MinShape, MaxShape) : 0;
        _width = Math.Max(mean * (1 - _shape), MinWidth * _threshold);
        _cap = _threshold + _width * (Math.Abs(_shape) < 1e-4
            ? Math.Log(_share / Cap)
            : (Math.Pow(_share / Cap, _shape) - 1) / _shape);
    }

    private static int Bin(double z) =>
        (int)Math.Clamp((BitConverter.DoubleToInt64Bits(z) >> 49) - FirstBin, 0, Bins - 1);

    private static double Edge(int bin) => BitConverter.Int64BitsToDouble((bin + FirstBin) << 49);

    private static float[] Prior()
    {
        var weights = new float[Bins];
        var below = 0.0;
        for (var i = 0; i < Bins; i++)
        {
            var next = i == Bins - 1 ? 1 : StudentWithin(_edges[i + 1]);
            weights[i] = (float)(PriorWeight * (next - below));
            below = next;
        }

        return weights;
    }

    /// <summary>The share of Student's t with 8 degrees of freedom within ±t (closed form for an even number).</summary>
    private static double StudentWithin(double t)
    {
        const int Freedom = 8;
        var cos = Freedom / (Freedom + t * t);
        double sum = 1, term = 1;
        for (var i = 1; i <= (Freedom - 2) / 2; i++)
            sum += term *= cos * (2 * i - 1) / (2 * i);
        return Math.Sqrt(1 - cos) * sum;
    }

    public void Write(ref ByteWriter writer)
    {
        for (var i = 0; i < Bins; i += 2)
        {
            writer.Fixed(BitConverter.SingleToUInt32Bits(_weights[i])
                | (ulong)BitConverter.SingleToUInt32Bits(_weights[i + 1]) << 32);
        }

        writer.Double(_total);
        writer.Double(_unit);
        writer.Unsigned((ulong)_count);
        writer.Unsigned((ulong)_sinceExtreme);
        writer.Double(_threshold);
        writer.Double(_share);
        writer.Double(_width);
        writer.Double(_shape);
        writer.Double(_cap);
    }

    public void Read(ref ByteReader reader)
    {
        for (var i = 0; i < Bins; i += 2)
        {
            var pair = reader.Fixed();
            _weights[i] = BitConverter.UInt32BitsToSingle((uint)pair);
            _weights[i + 1] = BitConverter.UInt32BitsToSingle((uint)(pair >> 32));
        }

        _total = reader.Double();
        _unit = reader.Double();
        _count = (int)(reader.Unsigned() & int.MaxValue);
        _sinceExtreme = (int)(reader.Unsigned() & int.MaxValue);
        _threshold = reader.Double();
        _share = reader.Double();
        _width = reader.Double();
        _shape = reader.Double();
        _cap = reader.Double();
    }
}

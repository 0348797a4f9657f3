namespace HBase.Client.Operations;

/// <summary>Waiting for several mutations.</summary>
internal static class WriteOperations
{
    /// <summary>Waits for all, then throws the first error, if any.</summary>
    public static async Task AllAsync(MutateOperation[] operations)
    {
        var errors = await ErrorsAsync(operations).ConfigureAwait(false);
        foreach (var error in errors)
        {
            if (error is not null) throw error;
        }
    }

    /// <summary>The error of each; null where there is none. The caller's cancellation is thrown.</summary>
    public static async Task<HBaseException?[]> ErrorsAsync(MutateOperation[] operations)
    {
        var errors = new HBaseException?[operations.Length];
        OperationCanceledException? cancelled = null;
        for (var i = 0; i < operations.Length; i++)
        {
            try
            {
                await operations[i].Result.ConfigureAwait(false);
            }
            catch (HBaseException e)
            {
                errors[i] = e;
            }
            catch (OperationCanceledException e)
            {
                cancelled = e;
            }
        }

        return cancelled is null ? errors : throw cancelled;
    }
}

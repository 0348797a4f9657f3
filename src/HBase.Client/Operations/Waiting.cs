namespace HBase.Client.Operations;

/// <summary>Waiting for several operations.</summary>
internal static class Waiting
{
    /// <summary>The result of each get, mutation, update and commit. The caller's cancellation is thrown.</summary>
    public static async Task<OperationResult[]> ResultsAsync(Operation[] operations)
    {
        var results = new OperationResult[operations.Length];
        OperationCanceledException? cancelled = null;
        for (var i = 0; i < operations.Length; i++)
        {
            try
            {
                results[i] = await ResultAsync(operations[i]).ConfigureAwait(false);
            }
            catch (HBaseException e)
            {
                results[i] = new OperationResult(null, e);
            }
            catch (OperationCanceledException e)
            {
                cancelled = e;
            }
        }

        return cancelled is null ? results : throw cancelled;
    }

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

    private static async ValueTask<OperationResult> ResultAsync(Operation operation)
    {
        if (operation is GetOperation get) return new(await get.Result.ConfigureAwait(false), null);
        if (operation is UpdateOperation update) return new(await update.Result.ConfigureAwait(false), null);
        var isDone = await ((Operation<bool>)operation).Result.ConfigureAwait(false);
        return new(null, null, ConditionFailed: !isDone);
    }
}

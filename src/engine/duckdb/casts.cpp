// Casts that are Tarn's own.
#include "engine/duckdb/casts.hpp"

#include "duckdb/common/operator/cast_operators.hpp"
#include "duckdb/common/types/uuid.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/cast/cast_function_set.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

bool CastToUuid(Vector &source, Vector &result, idx_t count, CastParameters &parameters) {
    bool are_all = true;
    UnaryExecutor::ExecuteWithNulls<string_t, hugeint_t>(
        source, result, count, [&](string_t text, ValidityMask &validity, idx_t row) {
            hugeint_t made(0);
            if (!UUID::FromString(text.GetString(), made, parameters.strict)) {
                HandleCastError::AssignError("Could not convert string '" + text.GetString() + "' to UUID", parameters);
                validity.SetInvalid(row);
                are_all = false;
            }
            return made;
        });
    return are_all;
}

} // namespace

void ReplaceCasts(CastFunctionSet &casts) {
    casts.RegisterCastFunction(LogicalType::VARCHAR, LogicalType::UUID, BoundCastInfo(CastToUuid));
}

} // namespace tarn

// Functions whose work grows with the product of their arguments: bounded, and ended between rows.
#include "engine/duckdb/effort.hpp"
#include "engine/duckdb/memory.hpp"

#include "duckdb/common/exception.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// Of one row: some seconds.
constexpr double MOST_STEPS = 4e9;

// Of the rows between two looks whether the query was interrupted.
constexpr double PIECE_STEPS = 1e8;

// ---- pairs ----------------------------------------------------------------------------------------------------------

double PairsOfLetters(const Arguments &arguments, idx_t row) {
    return arguments[0].Size(row) * arguments[1].Size(row);
}

// Letters are looked for 64 at a time.
double PairsOfWords(const Arguments &arguments, idx_t row) {
    return PairsOfLetters(arguments, row) / 64;
}

// A long text is compared anew at each place where its beginning is, 16 letters at a time.
double PairsOfPlaces(const Arguments &arguments, idx_t row) {
    const double searched = arguments[0].Size(row);
    const double wanted = arguments[1].Size(row);
    return searched > wanted ? (searched - wanted) * wanted / 16 : 0;
}

// ---- patterns -------------------------------------------------------------------------------------------------------

// What % and _ are in one of the kinds of patterns.
struct Wildcards {
    char many, one;
    bool has_sets; // [a-z]
};

// How often a letter of either case is in a text. Beyond ASCII, where cases are not told apart by bytes: 0 is not said.
std::array<double, 128> CountLetters(const string_t &text) {
    std::array<double, 128> counts{};
    const char *letters = text.GetData();
    for (idx_t i = 0; i < text.GetSize(); i++) {
        const auto letter = static_cast<unsigned char>(letters[i]);
        if (letter < 128) {
            counts[static_cast<size_t>(std::tolower(letter))]++;
        }
    }
    return counts;
}

// Places at which the text behind each wildcard may begin, multiplied: at worst each is tried with each. The place of
// the first letter that is rare decides, as each letter has to be there.
double PlacesOf(const string_t &text, const string_t &pattern, Wildcards wildcards, char escape) {
    const auto counts = CountLetters(text);
    const auto size = static_cast<double>(text.GetSize());
    double places = 1;
    double parts = 0;
    double rarest = size;
    bool is_behind = false; // a wildcard
    for (idx_t i = 0; i < pattern.GetSize(); i++) {
        const char c = pattern.GetData()[i];
        const auto letter = static_cast<unsigned char>(c);
        if (c == wildcards.many) {
            places *= is_behind && rarest < size ? rarest : is_behind ? size : 1;
            parts += is_behind;
            rarest = size;
            is_behind = true;
        } else if (wildcards.has_sets && c == '[') {
            while (i + 1 < pattern.GetSize() && pattern.GetData()[i] != ']') {
                i++;
            }
        } else if (c != wildcards.one && c != escape && letter < 128) {
            rarest = std::min(rarest, counts[static_cast<size_t>(std::tolower(letter))]);
        }
    }
    // Behind the last one the text is tried at each place; and the places of all are in order.
    return places * size / std::tgamma(parts + 2);
}

double StepsOfPattern(const Arguments &arguments, idx_t row, Wildcards wildcards) {
    const auto text = arguments[0].Text(row);
    const auto pattern = arguments[1].Text(row);
    const auto end = pattern.GetData() + pattern.GetSize();
    const auto count = static_cast<double>(std::count(pattern.GetData(), end, wildcards.many));
    const double most = std::pow(static_cast<double>(text.GetSize()), count);
    if (most <= PIECE_STEPS / STANDARD_VECTOR_SIZE) {
        return most;
    }
    const auto escape = arguments.size() > 2 ? arguments[2].Text(row) : string_t("", 0);
    const char escape_letter = escape.GetSize() > 0 ? escape.GetData()[0] : '\\';
    return std::min(most, PlacesOf(text, pattern, wildcards, escape_letter));
}

double StepsOfLike(const Arguments &arguments, idx_t row) {
    return StepsOfPattern(arguments, row, {'%', '_', false});
}

double StepsOfGlob(const Arguments &arguments, idx_t row) {
    return StepsOfPattern(arguments, row, {'*', '?', true});
}

// ---- calling --------------------------------------------------------------------------------------------------------

// LIKE with a pattern that is known before, and has no _, goes along the text once.
bool IsPlanned(const string &name, ExpressionState &state) {
    return (name == "~~" || name == "!~~") && state.expr.GetExpressionClass() == ExpressionClass::BOUND_FUNCTION &&
           state.expr.Cast<BoundFunctionExpression>().bind_info;
}

double CheckRow(const string &name, Effort effort, const Arguments &arguments, idx_t row) {
    const double steps = effort(arguments, row);
    if (steps > MOST_STEPS) {
        throw InvalidInputException("%s would take too long with a text of %d and one of %d bytes: shorten them, as by "
                                    "left(text, 1000), or use another function",
                                    name, static_cast<int64_t>(arguments[0].Size(row)),
                                    static_cast<int64_t>(arguments[1].Size(row)));
    }
    return steps;
}

void CallPiece(const scalar_function_t &function, DataChunk &chunk, idx_t start, idx_t end, ExpressionState &state,
               Vector &result) {
    const Interruptible interruptible(state.GetContext());
    const SelectionVector rows(start, end - start);
    DataChunk piece;
    piece.InitializeEmpty(chunk.GetTypes());
    piece.Slice(chunk, rows, end - start);
    Vector made(result.GetType());
    function(piece, state, made);
    VectorOperations::Copy(made, result, end - start, 0, start);
}

} // namespace

Effort EffortOf(const string &name) {
    static const struct {
        const char *name;
        Effort effort;
    } known[] = {
        {"levenshtein", PairsOfLetters},
        {"editdist3", PairsOfLetters},
        {"damerau_levenshtein", PairsOfLetters},
        {"jaro_similarity", PairsOfWords},
        {"jaro_winkler_similarity", PairsOfWords},
        {"contains", PairsOfPlaces},
        {"instr", PairsOfPlaces},
        {"strpos", PairsOfPlaces},
        {"position", PairsOfPlaces},
        {"replace", PairsOfPlaces},
        {"split", PairsOfPlaces},
        {"str_split", PairsOfPlaces},
        {"string_split", PairsOfPlaces},
        {"string_to_array", PairsOfPlaces},
        {"split_part", PairsOfPlaces},
        {"~~", StepsOfLike},
        {"!~~", StepsOfLike},
        {"~~*", StepsOfLike},
        {"!~~*", StepsOfLike},
        {"like_escape", StepsOfLike},
        {"not_like_escape", StepsOfLike},
        {"ilike_escape", StepsOfLike},
        {"not_ilike_escape", StepsOfLike},
        {"~~~", StepsOfGlob},
    };
    for (auto &one : known) {
        if (name == one.name) {
            return one.effort;
        }
    }
    return nullptr;
}

void CallWithEffort(const string &name, Effort effort, const scalar_function_t &function, DataChunk &chunk,
                    ExpressionState &state, Vector &result) {
    const Arguments arguments(chunk);
    double sum = 0;
    for (idx_t row = 0; row < arguments.Rows() && !IsPlanned(name, state); row++) {
        sum += CheckRow(name, effort, arguments, row);
    }
    if (sum <= PIECE_STEPS || arguments.Rows() == 1) {
        function(chunk, state, result);
        return;
    }
    result.SetVectorType(VectorType::FLAT_VECTOR);
    for (idx_t start = 0, end = 0; start < chunk.size(); start = end) {
        for (double steps = 0; end < chunk.size() && (end == start || steps <= PIECE_STEPS); end++) {
            steps += effort(arguments, end);
        }
        CallPiece(function, chunk, start, end, state, result);
    }
}

} // namespace tarn

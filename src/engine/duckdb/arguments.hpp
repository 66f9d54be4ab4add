// The arguments of a call, read without making values of them.
#ifndef TARN_ENGINE_DUCKDB_ARGUMENTS_HPP
#define TARN_ENGINE_DUCKDB_ARGUMENTS_HPP

#include "duckdb/common/types/data_chunk.hpp"
#include "duckdb/common/types/vector.hpp"

#include <vector>

namespace tarn {

class Argument {
  public:
    Argument(duckdb::Vector &vector, duckdb::idx_t count);

    // A whole number; 0 where it is null or none.
    double Number(duckdb::idx_t row) const;

    // Bytes of a text; for a list those of its entries at eight bytes each.
    double Size(duckdb::idx_t row) const;

    // A text, which lives as long as the vector; empty where it is null or none.
    duckdb::string_t Text(duckdb::idx_t row) const;

  private:
    duckdb::PhysicalType type;
    duckdb::UnifiedVectorFormat format;
};

class Arguments {
  public:
    explicit Arguments(duckdb::DataChunk &chunk);
    const Argument &operator[](size_t number) const {
        return all[number];
    }
    size_t size() const {
        return all.size();
    }
    // Rows that differ: 1 where each argument is the same in all.
    duckdb::idx_t Rows() const {
        return rows;
    }

  private:
    std::vector<Argument> all;
    duckdb::idx_t rows;
};

} // namespace tarn

#endif

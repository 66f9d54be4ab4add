// The instance that people's queries run on: a file system that refuses, and a last look at every plan.
#include "engine/duckdb/confine.h"
#include "engine/duckdb/casts.hpp"
#include "engine/duckdb/guard.hpp"
#include "engine/duckdb/limits.hpp"
#include "engine/duckdb/memory.hpp"
#include "engine/duckdb/tables.hpp"

#include "duckdb/common/local_file_system.hpp"
#include "duckdb/main/capi/capi_internal.hpp"
#include "duckdb/main/client_config.hpp"
#include "duckdb/main/config.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/planner/operator/logical_get.hpp"

#include <utility>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// ---- files ----------------------------------------------------------------------------------------------------------

// Only DuckDB's own files below the one folder. What has a path is overridden; what has an open file is inherited.
class SpillFileSystem : public LocalFileSystem {
  public:
    explicit SpillFileSystem(string folder_p) : folder(std::move(folder_p)) {}

    unique_ptr<FileHandle> OpenFile(const string &path, FileOpenFlags flags, optional_ptr<FileOpener> opener) override {
        Check(path);
        return LocalFileSystem::OpenFile(path, flags | FileFlags::FILE_FLAGS_PRIVATE, opener);
    }
    bool DirectoryExists(const string &path, optional_ptr<FileOpener> opener) override {
        return IsFolder(path) && LocalFileSystem::DirectoryExists(path, opener);
    }
    void CreateDirectory(const string &path, optional_ptr<FileOpener> opener) override {
        CheckFolder(path);
        LocalFileSystem::CreateDirectory(path, opener);
    }
    void CreateDirectoriesRecursive(const string &path, optional_ptr<FileOpener> opener) override {
        CreateDirectory(path, opener);
    }
    void RemoveDirectory(const string &path, optional_ptr<FileOpener> opener) override {
        CheckFolder(path);
        LocalFileSystem::RemoveDirectory(path, opener);
    }
    bool ListFiles(const string &path, const std::function<void(const string &, bool)> &callback,
                   FileOpener *opener) override {
        return IsFolder(path) && LocalFileSystem::ListFiles(path, callback, opener);
    }
    void MoveFile(const string &source, const string &target, optional_ptr<FileOpener> opener) override {
        (void)target;
        (void)opener;
        Refuse(source);
    }
    bool FileExists(const string &path, optional_ptr<FileOpener> opener) override {
        return IsSpilled(path) && LocalFileSystem::FileExists(path, opener);
    }
    bool IsPipe(const string &path, optional_ptr<FileOpener> opener) override {
        return IsSpilled(path) && LocalFileSystem::IsPipe(path, opener);
    }
    void RemoveFile(const string &path, optional_ptr<FileOpener> opener) override {
        Check(path);
        LocalFileSystem::RemoveFile(path, opener);
    }
    bool TryRemoveFile(const string &path, optional_ptr<FileOpener> opener) override {
        Check(path);
        return LocalFileSystem::TryRemoveFile(path, opener);
    }
    vector<OpenFileInfo> Glob(const string &path, FileOpener *opener) override {
        (void)opener;
        Refuse(path);
    }
    bool CanHandleFile(const string &path) override {
        return IsSpilled(path);
    }
    // An extension brings a reader of compressed files: there is nothing that it could read.
    void RegisterSubSystem(unique_ptr<FileSystem> files) override {
        (void)files;
    }
    void RegisterSubSystem(FileCompressionType compression, unique_ptr<FileSystem> files) override {
        (void)compression;
        (void)files;
    }
    std::string GetName() const override {
        return "SpillFileSystem";
    }

  protected:
    bool SupportsOpenFileExtended() const override {
        return false;
    }
    bool SupportsListFilesExtended() const override {
        return false;
    }
    bool ListFilesExtended(const string &path, const std::function<void(OpenFileInfo &)> &callback,
                           optional_ptr<FileOpener> opener) override {
        (void)callback;
        (void)opener;
        Refuse(path);
    }

  private:
    const string folder;

    bool IsFolder(const string &path) const {
        return !folder.empty() && (path == folder || path == folder + "/");
    }
    // folder/duckdb_temp…, and nothing further down.
    bool IsSpilled(const string &path) const {
        const string start = folder + "/duckdb_temp_";
        return !folder.empty() && path.compare(0, start.size(), start) == 0 &&
               path.find('/', start.size()) == string::npos && path.find('\0') == string::npos;
    }
    void Check(const string &path) const {
        if (!IsSpilled(path)) {
            Refuse(path);
        }
    }
    void CheckFolder(const string &path) const {
        if (!IsFolder(path)) {
            Refuse(path);
        }
    }
    [[noreturn]] static void Refuse(const string &path) {
        throw PermissionException("Cannot access file \"%s\": there are no files for queries", path);
    }
};

// ---- plans ----------------------------------------------------------------------------------------------------------

struct PlanRules : public OptimizerExtensionInfo {
    explicit PlanRules(bool (*allows_p)(const char *)) : allows(allows_p) {}
    bool (*allows)(const char *name);
};

void CheckPlan(const LogicalOperator &plan, const PlanRules &rules) {
    if (plan.type == LogicalOperatorType::LOGICAL_GET) {
        auto &name = plan.Cast<LogicalGet>().function.name;
        if (!rules.allows(name.c_str())) {
            throw PermissionException("the table function %s is not available in queries", name);
        }
    }
    for (auto &child : plan.children) {
        CheckPlan(*child, rules);
    }
}

void CheckBeforeOptimizing(OptimizerExtensionInput &input, unique_ptr<LogicalOperator> &plan) {
    CheckPlan(*plan, static_cast<const PlanRules &>(*input.info));
    CheckCasts(*plan);
}

// ---- opening --------------------------------------------------------------------------------------------------------

duckdb_state Open(const char *spill, bool (*allows_function)(const char *name), duckdb_database *out) {
    *out = nullptr;
    return Guard(
        [&] {
            CountMemory();
            DBConfig config;
            config.allocator = CountingAllocator();
            config.SetOptionByName("duckdb_api", "capi");
            config.file_system = make_uniq<SpillFileSystem>(spill ? spill : "");
            config.options.allow_unsigned_extensions = false;
            OptimizerExtension rules;
            rules.pre_optimize_function = CheckBeforeOptimizing;
            rules.optimizer_info = make_shared_ptr<PlanRules>(allows_function);
            auto wrapper = make_uniq<DatabaseWrapper>();
            wrapper->database = make_shared_ptr<DuckDB>(nullptr, &config);
            auto &opened = DBConfig::GetConfig(*wrapper->database->instance);
            opened.replacement_scans.clear();
            opened.optimizer_extensions.push_back(std::move(rules));
            ReplaceCasts(opened.GetCastFunctions());
            LimitFunctions(*wrapper->database->instance);
            *out = reinterpret_cast<duckdb_database>(wrapper.release());
            return DuckDBSuccess;
        },
        DuckDBError);
}

void Limit(duckdb_connection connection, unsigned depth, const char *home) {
    Guard(
        [&] {
            auto &config = ClientConfig::GetConfig(*reinterpret_cast<Connection *>(connection)->context);
            config.max_expression_depth = depth;
            if (home) {
                config.home_directory = home;
            }
            return true;
        },
        false);
}

void SetOptimizer(duckdb_connection connection, bool on) {
    Guard(
        [&] {
            ClientConfig::GetConfig(*reinterpret_cast<Connection *>(connection)->context).enable_optimizer = on;
            return true;
        },
        false);
}

} // namespace

const tarn_shim_confine *ConfineFunctions() noexcept {
    static const tarn_shim_confine functions = {Open,         Limit,      SetOptimizer, UsualMemory,
                                                ChangeBudget, BeginQuery, EndQuery,     StateOfMemory};
    return &functions;
}

} // namespace tarn
